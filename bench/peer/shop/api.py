"""The read API of customers, orders and products."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peer.shop.figures import every_customer, every_product, start_of, today
from bench.peer.shop.models import Contact, Order, OrderLine, Product
from bench.peer.shop.pages import Pages
from bench.peer.shop.serializers import (
    CustomerSerializer,
    OrderSerializer,
    ProductOrderSerializer,
    ProductSerializer,
)

CUSTOMER_SORTS = {
    "totalSpend": "total_spend",
    "orderCount": "order_count",
    "lastOrderDate": "last_order",
    "name": "name",
}
PRODUCT_SORTS = {"revenue": "revenue", "units": "units", "orders": "order_count", "productCode": "code"}
NEWEST_FIRST = ("-created_at", "-id")


def contains_words(text: str, *fields: str) -> Q:
    """Every word is part of one of the fields, whatever its case; the trigram indexes answer it."""
    found = Q()
    for word in text.split():
        somewhere = Q()
        for field in fields:
            somewhere |= Q(**{f"{field}__icontains": word})
        found &= somewhere
    return found


def contacts_found(text: str) -> QuerySet[Contact]:
    """The contacts whose name, e-mail or company has every word."""
    return Contact.objects.filter(contains_words(text, "name", "email", "company"))


def direction(request: Request, *, default: str) -> str:
    """The prefix of an ordering: a minus for descending."""
    return "-" if request.query_params.get("order", default) == "desc" else ""


def last_references(rows: list[Any]) -> dict[Any, str]:
    """The reference of each customer's last counted order, by contact id."""
    newest = Order.objects.filter(contact__in=[row.id for row in rows], counted=True)
    newest = newest.order_by("contact", *NEWEST_FIRST).distinct("contact")
    return dict(newest.values_list("contact_id", "reference"))


class CustomerListView(APIView):
    """Customers by sort, segment and search."""

    def get(self, request: Request) -> Response:
        """One page."""
        params, found = request.query_params, every_customer()
        if "search" in params:
            found = found.filter(contains_words(params["search"], "name", "email", "company"))
        if "segment" in params:
            found = found.filter(segment=params["segment"])
        field = CUSTOMER_SORTS[params.get("sort", "totalSpend")]
        sign = direction(request, default="desc")
        pages = Pages(sign + field, sign + "id")
        rows = pages.paginate_queryset(found, request) or []
        context = {"references": last_references(rows), "today": today()}
        return pages.get_paginated_response(CustomerSerializer(rows, many=True, context=context).data)


class CustomerView(APIView):
    """One customer."""

    def get(self, request: Request, pk: Any) -> Response:
        """Their figures."""
        row = get_object_or_404(every_customer(), pk=pk)
        context = {"references": last_references([row]), "today": today()}
        return Response({"data": CustomerSerializer(row, context=context).data})


def whole_orders() -> QuerySet[Order]:
    """Orders with all that their JSON shows: a join and one query more, whatever their number."""
    lines = Prefetch("lines", OrderLine.objects.select_related("product"))
    return Order.objects.select_related("contact").prefetch_related(lines)


def order_page(request: Request, found: QuerySet[Order], *ordering: str) -> Response:
    """A page of orders."""
    pages = Pages(*ordering or NEWEST_FIRST)
    rows = pages.paginate_queryset(found, request) or []
    return pages.get_paginated_response(OrderSerializer(rows, many=True).data)


class CustomerOrdersView(APIView):
    """The orders of a customer, newest first."""

    def get(self, request: Request, pk: Any) -> Response:
        """One page."""
        return order_page(request, whole_orders().filter(contact=pk))


class OrderListView(APIView):
    """Orders by filter and search."""

    def get(self, request: Request) -> Response:
        """One page, newest first or by total."""
        found = self._filtered(whole_orders(), request.query_params)
        if request.query_params.get("sort") == "total":
            return order_page(request, found, "-total", "-id")
        return order_page(request, found)

    def _filtered(self, found: QuerySet[Order], params: Any) -> QuerySet[Order]:
        try:
            if "from" in params:
                found = found.filter(created_at__gte=start_of(date.fromisoformat(params["from"])))
            if "to" in params:
                found = found.filter(created_at__lt=start_of(date.fromisoformat(params["to"]) + timedelta(1)))
        except ValueError as exc:
            raise ValidationError(str(exc)) from exc
        if "status" in params:
            found = found.filter(status=params["status"])
        if "contactID" in params:
            found = found.filter(contact=params["contactID"])
        if "segment" in params:
            found = found.filter(contact__in=every_customer().filter(segment=params["segment"]).values("id"))
        return found.filter(_matching(params["search"])) if "search" in params else found


def _matching(text: str) -> Q:
    """What the text means: part of an e-mail, the start of a reference, a product's code, or words of a customer."""
    if "@" not in text:
        start = text.strip().lstrip("#").upper()
        if Order.objects.filter(reference__startswith=start).exists():
            return Q(reference__startswith=start)
        if Product.objects.filter(pk=text.strip()).exists():
            return Q(pk__in=OrderLine.objects.filter(product=text.strip()).values("order"))
    return Q(contact__in=list(contacts_found(text).values_list("id", flat=True)[:1000]))


class OrderView(APIView):
    """One order."""

    def get(self, request: Request, pk: Any) -> Response:
        """The whole order."""
        return Response({"data": OrderSerializer(get_object_or_404(whole_orders(), pk=pk)).data})


class ProductListView(APIView):
    """Products by sort and search."""

    def get(self, request: Request) -> Response:
        """One page."""
        params, found = request.query_params, every_product()
        if "search" in params:
            found = found.filter(contains_words(params["search"], "code", "description"))
        sort = params.get("sort", "revenue")
        sign = direction(request, default="asc" if sort == "productCode" else "desc")
        pages = Pages(*dict.fromkeys((sign + PRODUCT_SORTS[sort], sign + "code")))
        rows = pages.paginate_queryset(found, request) or []
        return pages.get_paginated_response(ProductSerializer(rows, many=True).data)


class ProductView(APIView):
    """One product."""

    def get(self, request: Request, code: str) -> Response:
        """Its figures."""
        return Response({"data": ProductSerializer(get_object_or_404(every_product(), pk=code)).data})


class ProductOrdersView(APIView):
    """The orders of a product, newest first."""

    def get(self, request: Request, code: str) -> Response:
        """One page."""
        pages = Pages(*NEWEST_FIRST)
        found = whole_orders().filter(pk__in=OrderLine.objects.filter(product=code).values("order"))
        rows = pages.paginate_queryset(found, request) or []
        return pages.get_paginated_response(ProductOrderSerializer(rows, many=True, context={"code": code}).data)
