"""Fixtures of the engine layer's tests."""

from typing import Any

import boto3
import pytest
from django.conf import settings

from packprod.dynamodb.provisioning import provision
from tests.packprod.dynamodb.every_type import EveryType


@pytest.fixture(scope="session")
def every_type(engine: None) -> type[EveryType]:
    """The table with one attribute of each type, provisioned."""
    list(provision(EveryType))
    return EveryType


@pytest.fixture(scope="session")
def boto() -> Any:
    """Amazon's own client, nothing of ours in it: the judge of what is really stored."""
    return boto3.client(
        "dynamodb",
        region_name=settings.AWS_REGION,
        endpoint_url=settings.ENDPOINTS.dynamodb_url,
        aws_access_key_id=settings.ENDPOINTS.aws_access_key_id,
        aws_secret_access_key=settings.ENDPOINTS.aws_secret_access_key,
    )
