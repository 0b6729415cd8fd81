"""The answer to OPTIONS: the methods that `Allow` names, for whoever may read."""

from typing import TYPE_CHECKING, Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

from packprod.api.envelope import ok

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView


class AllowedMethods(BaseMetadata):
    """DRF's DEFAULT_METADATA_CLASS."""

    def determine_metadata(self, request: Request, view: "APIView") -> Any:
        return ok({"allowedMethods": view.allowed_methods}, source="projection").data
