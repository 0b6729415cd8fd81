"""What reports look like in the OpenAPI schema. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from typing import Any

from rest_framework import serializers

from customers.metrics import SEGMENTS
from packprod.api.schemas import Documented, Money, component
from reports.figures.periods import GRANULARITIES

_DAYS: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "from": serializers.DateField(),
    "to": serializers.DateField(),
}
PERIOD = component("Period", **_DAYS, timeZone=serializers.CharField())
SEGMENT_COUNTS = component("SegmentCounts", **{name: serializers.IntegerField(min_value=0) for name in SEGMENTS})


class HeadlineSerializer(Documented):
    """What every report says of a stretch of days."""

    orders = serializers.IntegerField(min_value=0)
    revenue = Money(help_text="Σ total of the orders.")
    units = Money(help_text="Pieces.")
    averageOrderValue = Money(allow_null=True, help_text="2 decimals, half up; null at 0 orders.")


class HeadlineChangeSerializer(Documented):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    orders = Money(allow_null=True)
    revenue = Money(allow_null=True)
    units = Money(allow_null=True)
    averageOrderValue = Money(allow_null=True)


class EarlierHeadlineSerializer(HeadlineSerializer):
    """The same figures of the period it is compared with."""

    period = PERIOD


class OverviewFiguresSerializer(HeadlineSerializer):
    """The figures of a period."""

    customers = serializers.IntegerField(min_value=0, help_text="Distinct in the period.")
    newCustomers = serializers.IntegerField(min_value=0, help_text="Their first counted order ever lies in the period.")
    returningCustomers = serializers.IntegerField(min_value=0)


class OverviewChangeSerializer(HeadlineChangeSerializer):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    customers = Money(allow_null=True)
    newCustomers = Money(allow_null=True)
    returningCustomers = Money(allow_null=True)


class EarlierOverviewSerializer(OverviewFiguresSerializer):
    """The same figures of the period it is compared with."""

    period = PERIOD


class TopProductSerializer(Documented):
    """A product's figures in the period."""

    productCode = serializers.CharField()
    description = serializers.CharField(help_text="As orders of the period had it last.")
    units = Money(help_text="Pieces.")
    revenue = Money(help_text="Σ quantity × unitPrice.")
    orders = serializers.IntegerField(min_value=0)


class ProductFiguresSerializer(Documented):
    """A product's figures in the period it is compared with; 0 where it was not sold."""

    units = Money(help_text="Pieces.")
    revenue = Money(help_text="Σ quantity × unitPrice.")
    orders = serializers.IntegerField(min_value=0)


class ProductChangeSerializer(Documented):
    """From the other period to this one, in percent with 1 decimal; null where there was nothing."""

    units = Money(allow_null=True)
    revenue = Money(allow_null=True)
    orders = Money(allow_null=True)


class ReportProductSerializer(TopProductSerializer):
    """A product's figures in the period, and how they changed. Products sold only in the other period are left out."""

    share = Money(allow_null=True, help_text="Of all products' revenue, in percent, 1 decimal.")
    previous = ProductFiguresSerializer()
    change = ProductChangeSerializer()


class TopCustomerSerializer(Documented):
    """A customer's figures in the period."""

    contactID = serializers.CharField()
    name = serializers.CharField()
    orders = serializers.IntegerField(min_value=0)
    revenue = Money()


class OverviewReportSerializer(OverviewFiguresSerializer):
    """The figures of a period, and how they changed."""

    period = PERIOD
    segments = SEGMENT_COUNTS
    topProducts = TopProductSerializer(
        many=True, required=False, help_text="The 5 with most revenue; not with `segment`, of which they are not kept."
    )
    topCustomers = TopCustomerSerializer(many=True, help_text="The 5 with most revenue.")
    previous = EarlierOverviewSerializer()
    change = OverviewChangeSerializer()


class SalesBucketSerializer(HeadlineSerializer):
    """One day, week or month."""

    date = serializers.DateField(help_text="Its first day.")


class SalesReportSerializer(Documented):
    """Sales over time."""

    period = PERIOD
    granularity = serializers.ChoiceField(GRANULARITIES)
    series = SalesBucketSerializer(many=True, help_text="No gap is left out.")
    totals = HeadlineSerializer()
    previous = EarlierHeadlineSerializer()
    change = HeadlineChangeSerializer()
