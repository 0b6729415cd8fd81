"""What the statistics look like in the OpenAPI schema. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from typing import Any

from rest_framework import serializers

from packprod.api.schemas import Documented, Money, component
from reports.report_schemas import PERIOD, SEGMENT_COUNTS
from reports.statistics.report import FIGURES, PERCENTILES


class StatisticsSerializer(Documented):
    """Of all time or of a range of days."""

    orders = serializers.IntegerField(min_value=0)
    revenue = Money()
    customers = serializers.IntegerField(min_value=0)
    averageOrderValue = Money(allow_null=True)
    medianOrderValue = Money(allow_null=True, help_text="Within 0.5 %.")
    repeatRate = Money(
        allow_null=True, help_text="Customers with 2 or more orders in the period, in percent, 1 decimal."
    )
    ordersPerCustomer = Money(allow_null=True)
    orderValuePercentiles = component("Percentiles", **{f"p{one}": Money(allow_null=True) for one in PERCENTILES})
    ordersByWeekday = serializers.ListField(child=serializers.IntegerField(), min_length=7, max_length=7)
    ordersByHour = serializers.ListField(child=serializers.IntegerField(), min_length=24, max_length=24)
    firstOrderDate = serializers.CharField(allow_null=True)
    lastOrderDate = serializers.CharField(allow_null=True)


class EarlierStatisticsSerializer(StatisticsSerializer):
    """The same figures of the period it is compared with."""

    period = PERIOD


def _or_null(part: serializers.Serializer[Any]) -> serializers.Serializer[Any]:
    return type(part)(allow_null=True)


class StatisticsReportSerializer(StatisticsSerializer):
    """All time, of which `period`, `previous` and `change` are null; or a period, and how its figures changed."""

    period = _or_null(PERIOD)
    segments = SEGMENT_COUNTS
    previous = _or_null(EarlierStatisticsSerializer())
    change = _or_null(component("StatisticsChange", **{name: Money(allow_null=True) for name in FIGURES}))
