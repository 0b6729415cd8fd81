"""What botocore finds out once for a process: addresses of Amazon's, credentials, proxies and certificates.

Credentials come from its usual chain (environment, profile, SSO, web identity, container, instance), and temporary ones
are refreshed before they expire.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.httpsession import ProxyConfiguration, get_cert_path
from botocore.utils import get_environ_proxies

from packprod.dynamodb.connections import Route
from packprod.dynamodb.errors import NoCredentials
from packprod.dynamodb.signing import Credentials


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def amazon_url(service: str, *, region: str) -> str:
    """The address of `dynamodb` or `dynamodbstreams` in a region, as environment and profile have it. Raises
    NoCredentials."""
    with _aws_errors():
        return str(_session().create_client(service, region_name=region).meta.endpoint_url)


def credentials_of_the_chain() -> Callable[[], Credentials]:
    """Returns what gives the present credentials, or raises NoCredentials."""
    with _aws_errors():
        found = _session().get_credentials()

    def present() -> Credentials:
        with _aws_errors():
            if found is None:
                raise NoCredentialsError
            return Credentials(*found.get_frozen_credentials()[:3])

    return present


def route_to(url: str) -> Route:
    """The way to a URL: with the certificates of AWS_CA_BUNDLE, the profile or REQUESTS_CA_BUNDLE, else certifi's, and
    through the proxy of HTTPS_PROXY unless NO_PROXY names the host. Plain HTTP, as to the embedded engine, is direct.
    """
    if urlsplit(url).scheme != "https":
        return Route(url)
    bundle = _session().get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    proxies = ProxyConfiguration(get_environ_proxies(url))
    proxy = proxies.proxy_url_for(url)
    headers = proxies.proxy_headers_for(proxy) if proxy else {}
    return Route(url, certificates=get_cert_path(bundle), proxy=proxy, proxy_headers=headers)


@contextmanager
def _aws_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as exc:
        raise NoCredentials(f"{type(exc).__name__}: {exc}") from exc
