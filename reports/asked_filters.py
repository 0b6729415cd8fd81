"""The filters `product` and `segment` of a request, and why some reports refuse them: figures are kept by day and
product and by day and customer, so what needs a product's figures per customer could only be guessed."""

from typing import Final

from rest_framework.request import Request

from customers.metrics import SEGMENTS
from packprod.api.choices import choice, short_text
from packprod.api.parameters import refuse_parameter

INEXACT: Final = "not_exact"
NO_PRODUCT_IN_OVERVIEW: Final = (
    "The overview cannot be narrowed to a product: the customers of a product are not kept by day. "
    "Take /api/reports/sales?product= or /api/products/{productCode}."
)
NO_SEGMENT_IN_PRODUCTS: Final = (
    "The products report cannot be narrowed to a segment: what a customer bought of a product is not kept by day."
)
NOT_BOTH: Final = (
    "Give either product or segment: what a customer bought of a product is not kept by day, "
    "so both together could not be exact."
)


def asked_segment(request: Request) -> str:
    """One of SEGMENTS, or empty. Raises InvalidInput for another word."""
    return choice(request, "segment", SEGMENTS, default="")


def asked_product_or_segment(request: Request) -> tuple[str, str]:
    """The productCode and the segment, at most one of them given. Raises InvalidInput for both."""
    product, segment = short_text(request, "product"), asked_segment(request)
    if product and segment:
        refuse_parameter("segment", INEXACT, NOT_BOTH)
    return product, segment


def refuse_inexact(request: Request, name: str, reason: str) -> None:
    """Raises InvalidInput with the reason, where a filter is given that this report has no exact answer for."""
    if name in request.query_params:
        refuse_parameter(name, INEXACT, reason)
