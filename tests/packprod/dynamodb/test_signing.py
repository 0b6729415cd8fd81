"""Our signatures are botocore's, and its chain of credentials signs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from botocore.credentials import RefreshableCredentials
from hypothesis import given
from hypothesis import strategies as st

from packprod.dynamodb import aws
from packprod.dynamodb.errors import NoCredentials
from packprod.dynamodb.signing import CONTENT_TYPE, Credentials, Signer

keys = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", min_size=16, max_size=40)
URLS = [
    "https://dynamodb.ap-southeast-2.amazonaws.com",
    "https://streams.dynamodb.eu-west-1.amazonaws.com/",
    "http://127.0.0.1:8000",
    "http://LocalHost:80/",
    "http://[::1]:8000",
    "https://user@engine.example:8443",
]


def fields(lines: str) -> dict[str, str]:
    """Header lines by names in lower case."""
    pairs = (line.split(": ", 1) for line in lines.split("\r\n") if line)
    return {name.lower(): value for name, value in pairs}


@given(
    url=st.sampled_from(URLS),
    region=st.sampled_from(["ap-southeast-2", "us-east-1"]),
    access_key=keys,
    secret_key=keys,
    token=st.none() | keys,
    operation=st.sampled_from(["DynamoDB_20120810.GetItem", "DynamoDBStreams_20120810.GetRecords"]),
    body=st.binary(max_size=300),
    at=st.datetimes(datetime(2015, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001 - made UTC below
)
def test_signatures_are_those_of_botocore(
    url: str,
    region: str,
    access_key: str,
    secret_key: str,
    token: str | None,
    operation: str,
    body: bytes,
    at: datetime,
) -> None:
    instant = at.replace(tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", instant.timestamp)
        patch.setattr(botocore.auth, "get_current_datetime", lambda: instant.replace(tzinfo=None))
        signer = Signer(url, region=region, credentials=lambda: Credentials(access_key, secret_key, token))
        ours = fields(signer.headers(target=operation, body=body))
        sent = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": operation}
        request = AWSRequest(method="POST", url=url, data=body, headers=sent)
        credentials = BotoCredentials(access_key, secret_key, token)
        botocore.auth.SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    theirs = {name.lower(): value for name, value in request.headers.items()}
    assert ours.pop("host") == botocore.auth._host_from_url(url)
    assert ours == theirs


def test_another_day_or_another_secret_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of a day is kept; what is kept must not outlive the day or the secret."""
    present = [Credentials("A", "one")]
    kept = Signer(URLS[0], region="us-east-1", credentials=lambda: present[0])
    for instant, secret in [(0, "one"), (86_399, "one"), (86_400, "one"), (86_400, "two"), (0, "one")]:
        monkeypatch.setattr(time, "time", lambda at=instant: 1_760_000_000 // 86_400 * 86_400 + at)
        present[0] = Credentials("A", secret)
        fresh = Signer(URLS[0], region="us-east-1", credentials=lambda: present[0])
        assert kept.headers(target="x", body=b"") == fresh.headers(target="x", body=b"")


@pytest.fixture
def _own_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """botocore looks at this test's environment and at no file of this machine."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    aws._session.cache_clear()
    yield
    aws._session.cache_clear()


@pytest.mark.usefixtures("_own_session")
def test_the_chain_of_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoCredentials, match="NoCredentialsError"):
        aws.credentials_of_the_chain()()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "B")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "T")
    assert aws.credentials_of_the_chain()() == ("A", "B", "T")


class _Session:
    """A session whose credentials come from a role, and expire."""

    def __init__(self) -> None:
        self.refreshed = 0

    def get_credentials(self) -> RefreshableCredentials:
        made: RefreshableCredentials = RefreshableCredentials.create_from_metadata(
            self._metadata(seconds=-60), self._refresh, "assume-role"
        )
        return made

    def _refresh(self) -> dict[str, Any]:
        self.refreshed += 1
        return self._metadata(seconds=3600)

    def _metadata(self, *, seconds: int) -> dict[str, Any]:
        expires = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        return {"access_key": f"A{self.refreshed}", "secret_key": "B", "token": "T", "expiry_time": expires}


def test_credentials_that_expire_are_refreshed(monkeypatch: pytest.MonkeyPatch) -> None:
    session = _Session()
    monkeypatch.setattr(aws, "_session", lambda: session)
    present = aws.credentials_of_the_chain()
    signer = Signer(URLS[0], region="us-east-1", credentials=present)
    assert "Credential=A1/" in signer.headers(target="x", body=b"")
    assert "Credential=A1/" in signer.headers(target="x", body=b"")


@pytest.mark.usefixtures("_own_session")
def test_addresses_of_amazon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert aws.amazon_url("dynamodb", region="eu-west-1") == "https://dynamodb.eu-west-1.amazonaws.com"
    assert aws.amazon_url("dynamodbstreams", region="eu-west-1") == "https://streams.dynamodb.eu-west-1.amazonaws.com"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "https://inside.example")
    assert aws.amazon_url("dynamodb", region="eu-west-1") == "https://inside.example"


@pytest.mark.usefixtures("_own_session")
def test_the_way_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:secret@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/bundle.pem")
    outside = aws.route_to("https://dynamodb.eu-west-1.amazonaws.com")
    assert (outside.proxy, outside.certificates) == ("http://anna:secret@proxy.example:3128", "/bundle.pem")
    assert outside.proxy_headers == {"Proxy-Authorization": "Basic YW5uYTpzZWNyZXQ="}
    assert aws.route_to("https://inside.example").proxy is None
    assert aws.route_to("http://127.0.0.1:8000").proxy is None
