"""The reports of PackProd's contract, added up by PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DateField, DecimalField, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, Trunc
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peer.shop.figures import SYDNEY, Period, every_customer, segments
from bench.peer.shop.models import Order, OrderLine

TENTH, CENT = Decimal("0.1"), Decimal("0.01")
RANKS = (10, 25, 50, 75, 90, 99)
Json = dict[str, Any]


class Percentiles(Aggregate):
    """The values at RANKS, by nearest rank, all in one sort."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DecimalField(max_digits=12, decimal_places=2))


def change(now: Any, before: Any) -> Decimal | None:
    """In percent with 1 decimal; None where there was nothing."""
    if not before or now is None:
        return None
    return (Decimal(now - before) * 100 / Decimal(before)).quantize(TENTH, ROUND_HALF_UP)


def changes(now: Json, before: Json) -> Json:
    """The change of every figure that both have."""
    return {name: change(value, before[name]) for name, value in now.items() if isinstance(value, (int, Decimal))}


def average(revenue: Decimal, orders: int) -> Decimal | None:
    """Revenue by order; None without orders."""
    return (revenue / orders).quantize(CENT, ROUND_HALF_UP) if orders else None


def headline(orders: QuerySet[Order, Any], lines: QuerySet[OrderLine, Any]) -> Json:
    """Orders, revenue, units and the average."""
    found = orders.aggregate(orders=Count("id"), revenue=Sum("total", default=Decimal(0)))
    units = lines.aggregate(units=Sum("quantity", default=Decimal(0)))
    return found | units | {"averageOrderValue": average(found["revenue"], found["orders"])}


def narrowed(period: Period, params: Any) -> tuple[QuerySet[Order, Any], QuerySet[OrderLine, Any]]:
    """The orders and lines of a period, of one segment's customers or with one product, if the parameters say so."""
    orders, lines = period.orders(), period.lines()
    if "segment" in params:
        members = every_customer().filter(segment=params["segment"]).values("id")
        return orders.filter(contact__in=members), lines.filter(order__contact__in=members)
    return orders, lines


class OverviewView(APIView):
    """The overview of a period beside the one before."""

    def get(self, request: Request) -> Response:
        """Headline figures, segments, top products and customers."""
        period = Period.of(request.query_params)
        now, before = self._figures(period), self._figures(period.previous)
        top = period.orders().values("contact_id", "contact__name").annotate(orders=Count("id"), revenue=Sum("total"))
        data = {
            "period": period.as_json(),
            **now,
            "segments": segments(),
            "topProducts": self._top_products(period),
            "topCustomers": [
                {"contactID": one["contact_id"], "name": one["contact__name"]}
                | {"orders": one["orders"], "revenue": one["revenue"]}
                for one in top.order_by("-revenue", "contact_id")[:5]
            ],
            "previous": {"period": period.previous.as_json(), **before},
            "change": changes(now, before),
        }
        return Response({"data": data})

    def _figures(self, period: Period) -> Json:
        found = headline(period.orders(), period.lines())
        start, end = period.span
        firsts = Order.objects.filter(counted=True).values("contact").annotate(first=Min("created_at"))
        known = period.orders().aggregate(customers=Count("contact", distinct=True))["customers"]
        new = firsts.filter(first__gte=start, first__lt=end).count()
        return found | {"customers": known, "newCustomers": new, "returningCustomers": known - new}

    def _top_products(self, period: Period) -> list[Json]:
        figures = {"units": Sum("quantity"), "revenue": Sum("line_total"), "orders": Count("order", distinct=True)}
        rows = period.lines().values(productCode=F("product"), description=F("product__description"))
        return list(rows.annotate(**figures).order_by("-revenue", "productCode")[:5])


class ProductsView(APIView):
    """The products of a period by revenue."""

    def get(self, request: Request) -> Response:
        """Every product, its share, and what it was in the period before."""
        period = Period.of(request.query_params)
        rows, earlier = period.product_rows(), {one["productCode"]: one for one in period.previous.product_rows()}
        whole = sum((one["revenue"] for one in rows), Decimal(0))
        nothing = {"units": Decimal(0), "revenue": Decimal(0), "orders": 0}
        for row in rows:
            before = earlier.get(row["productCode"], nothing)
            previous, figures = ({name: one[name] for name in nothing} for one in (before, row))
            row["share"] = (row["revenue"] * 100 / whole).quantize(TENTH, ROUND_HALF_UP) if whole else None
            row["previous"], row["change"] = previous, changes(figures, previous)
        return Response({"data": rows, "period": period.as_json()})


class SalesView(APIView):
    """Sales by day, week or month."""

    def get(self, request: Request) -> Response:
        """The series without gaps, totals, and the period before."""
        params, period = request.query_params, Period.of(request.query_params)
        granularity = params.get("granularity", "day")
        now, before = self._totals(period, params), self._totals(period.previous, params)
        series = [self._series(one, granularity, params) for one in (period, period.previous)]
        data = {
            "period": period.as_json(),
            "granularity": granularity,
            "series": series[0],
            "compared": series[1],
            "totals": now,
            "previous": {"period": period.previous.as_json(), **before},
            "change": changes(now, before),
        }
        return Response({"data": data})

    def _totals(self, period: Period, params: Any) -> Json:
        if "product" in params:
            return product_headline(period.lines().filter(product=params["product"]))
        return headline(*narrowed(period, params))

    def _series(self, period: Period, granularity: str, params: Any) -> list[Json]:
        orders, lines = narrowed(period, params)
        sold = lines.filter(product=params["product"]) if "product" in params else lines
        units = {
            one["day"]: one
            for one in sold.values(day=_bucket_of("order__created_at", granularity)).annotate(
                units=Sum("quantity"), revenue=Sum("line_total"), orders=Count("order", distinct=True)
            )
        }
        money = units
        if "product" not in params:
            by_day = orders.values(day=_bucket_of("created_at", granularity))
            money = {one["day"]: one for one in by_day.annotate(orders=Count("id"), revenue=Sum("total"))}
        return [self._bucket(day, money.get(day, {}), units.get(day, {})) for day in buckets(period, granularity)]

    def _bucket(self, day: date, sums: Json, sold: Json) -> Json:
        orders, revenue = sums.get("orders", 0), sums.get("revenue", Decimal(0))
        return {
            "date": day,
            "orders": orders,
            "revenue": revenue,
            "units": sold.get("units", Decimal(0)),
            "averageOrderValue": average(revenue, orders),
        }


def _bucket_of(field: str, granularity: str) -> Trunc:
    return Trunc(field, granularity, output_field=DateField(), tzinfo=SYDNEY)


def product_headline(lines: QuerySet[OrderLine, Any]) -> Json:
    """The headline of one product: its revenue is that of its lines."""
    found = lines.aggregate(
        orders=Count("order", distinct=True),
        revenue=Sum("line_total", default=Decimal(0)),
        units=Sum("quantity", default=Decimal(0)),
    )
    return found | {"averageOrderValue": average(found["revenue"], found["orders"])}


def buckets(period: Period, granularity: str) -> list[date]:
    """The first days of all buckets of a period."""
    days = [period.first + timedelta(number) for number in range((period.last - period.first).days + 1)]
    firsts = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(day.weekday()),
        "month": lambda day: day.replace(day=1),
    }
    return list(dict.fromkeys(map(firsts[granularity], days)))


class StatisticsView(APIView):
    """Statistics of all time, or of a period beside the one before."""

    def get(self, request: Request) -> Response:
        """The figures, and the segments of now."""
        if "from" not in request.query_params:
            data = self._statistics(Order.objects.filter(counted=True))
            return Response({"data": data | {"segments": segments(), "previous": None, "change": None}})
        period = Period.of(request.query_params)
        now, before = (self._statistics(one.orders()) for one in (period, period.previous))
        data = {"period": period.as_json(), **now, "segments": segments()}
        return Response({"data": data | {"previous": before, "change": changes(now, before)}})

    def _statistics(self, orders: QuerySet[Order, Any]) -> Json:
        found = orders.aggregate(
            orders=Count("id"),
            revenue=Sum("total", default=Decimal(0)),
            percentiles=Percentiles("total"),
            first=Min("created_at"),
            last=Max("created_at"),
        )
        by_customer = orders.values("contact").annotate(count=Count("id"))
        counts = by_customer.aggregate(known=Count("contact"), repeated=Count("contact", filter=Q(count__gte=2)))
        known, repeated = counts["known"], counts["repeated"]
        percentiles = dict(zip((f"p{rank}" for rank in RANKS), found["percentiles"] or [None] * 6, strict=True))
        return {
            "orders": found["orders"],
            "revenue": found["revenue"],
            "customers": known,
            "averageOrderValue": average(found["revenue"], found["orders"]),
            "medianOrderValue": percentiles["p50"],
            "repeatRate": (Decimal(repeated * 100) / known).quantize(TENTH, ROUND_HALF_UP) if known else None,
            "ordersPerCustomer": (Decimal(found["orders"]) / known).quantize(CENT, ROUND_HALF_UP) if known else None,
            "orderValuePercentiles": percentiles,
            "ordersByWeekday": _histogram(orders, ExtractIsoWeekDay("created_at", tzinfo=SYDNEY), range(1, 8)),
            "ordersByHour": _histogram(orders, ExtractHour("created_at", tzinfo=SYDNEY), range(24)),
            "firstOrderDate": found["first"],
            "lastOrderDate": found["last"],
        }


def _histogram(orders: QuerySet[Order, Any], part: Any, every: range) -> list[int]:
    found = dict(orders.values(part=part).annotate(count=Count("id")).values_list("part", "count"))
    return [found.get(one, 0) for one in every]
