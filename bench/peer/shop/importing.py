"""The import: one order or an array, each in a transaction of its own, the contact found by e-mail or made."""
# ruff: noqa: N815 - the fields have the names of PackProd's contract

from __future__ import annotations

import uuid
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peer.shop.models import Contact, Order, OrderLine, Product

CENT = Decimal("0.01")


class CustomerIn(serializers.Serializer[Any]):
    """Who orders."""

    name = serializers.CharField(required=False, default="")
    email = serializers.EmailField()
    company = serializers.CharField(required=False, default="", allow_blank=True)
    phone = serializers.CharField(required=False, default="", allow_blank=True)


class LineIn(serializers.Serializer[Any]):
    """A line as sent."""

    productCode = serializers.CharField()
    description = serializers.CharField(required=False, default="")
    quantity = serializers.DecimalField(max_digits=12, decimal_places=3)
    unitPrice = serializers.DecimalField(max_digits=12, decimal_places=4)


class OrderIn(serializers.Serializer[Any]):
    """An order as sent."""

    orderReference = serializers.CharField()
    createdAt = serializers.DateTimeField(default=timezone.now)
    customer = CustomerIn()
    items = LineIn(many=True, allow_empty=False)
    tax = serializers.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    shipping = serializers.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    discount = serializers.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    total = serializers.DecimalField(max_digits=12, decimal_places=2, required=False)
    currency = serializers.CharField(default="AUD")
    status = serializers.CharField(default="received")
    source = serializers.CharField(default="", allow_blank=True)  # type: ignore[assignment]  # see OrderSerializer


class ImportView(APIView):
    """`POST /admin/contacts/import`"""

    def post(self, request: Request) -> Response:
        """One order: 201 or 200; an array: a row for each."""
        many = isinstance(request.data, list)
        checked = OrderIn(data=request.data, many=many)
        checked.is_valid(raise_exception=True)
        if many:
            return Response({"data": [order_import(one) for one in checked.validated_data]})
        found = order_import(checked.validated_data)
        return Response({"data": found}, status=201 if found["created"] else 200)


@transaction.atomic
def order_import(sent: dict[str, Any]) -> dict[str, Any]:
    """Writes the order with its lines, and the contact if it is new. The same reference again changes nothing."""
    known = Order.objects.filter(reference=sent["orderReference"]).first()
    if known is not None:
        return _answer(known, created=False, contact_created=False)
    contact, is_new = _contact(sent["customer"])
    lines = [_line(one) for one in sent["items"]]
    subtotal = sum((line.line_total for line in lines), Decimal(0))
    total = sent.get("total", subtotal + sent["tax"] + sent["shipping"] - sent["discount"])
    order = Order.objects.create(
        id=uuid.uuid4(),
        reference=sent["orderReference"],
        contact=contact,
        created_at=sent["createdAt"],
        updated_at=timezone.now(),
        subtotal=subtotal,
        total=total,
        **{name: sent[name] for name in ("tax", "shipping", "discount", "status", "currency", "source")},
    )
    products = [Product(code=one["productCode"], description=one["description"]) for one in sent["items"]]
    Product.objects.bulk_create(products, ignore_conflicts=True)
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    return _answer(order, created=True, contact_created=is_new)


def _contact(sent: dict[str, Any]) -> tuple[Contact, bool]:
    now = timezone.now()
    fields = {"id": uuid.uuid4(), "created_at": now, "updated_at": now, "source": "n8n"}
    others = {name: sent[name] for name in ("name", "company", "phone")}
    return Contact.objects.get_or_create(email=sent["email"].lower(), defaults=fields | others)


def _line(sent: dict[str, Any]) -> OrderLine:
    total = (sent["quantity"] * sent["unitPrice"]).quantize(CENT, ROUND_HALF_UP)
    return OrderLine(
        product_id=sent["productCode"], quantity=sent["quantity"], unit_price=sent["unitPrice"], line_total=total
    )


def _answer(order: Order, *, created: bool, contact_created: bool) -> dict[str, Any]:
    return {
        "orderID": order.id,
        "contactID": order.contact.pk,
        "orderReference": order.reference,
        "created": created,
        "contactCreated": contact_created,
    }
