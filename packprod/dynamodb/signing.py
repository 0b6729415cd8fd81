"""Signs requests with Signature Version 4, for the one form that every request to DynamoDB has.

botocore's signer takes any request: it parses and sorts what is the same each time, and costs more than the rest of a
call. Here only date, body and target differ, and the key of a day is kept. The signatures are botocore's.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

CONTENT_TYPE = "application/x-amz-json-1.0"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SERVICE = "dynamodb"  # DynamoDB Streams signs under this name, too


class Credentials(NamedTuple):
    """The keys that sign; `token` is None unless they are temporary."""

    access_key: str
    secret_key: str
    token: str | None = None


class Signer:
    """Signs requests to one URL. Thread-safe.

    `credentials` returns the present ones, and is called for every request. `clock_offset` is how many seconds the
    engine's clock is ahead of ours, as far as it matters.
    """

    def __init__(self, url: str, *, region: str, credentials: Callable[[], Credentials]) -> None:
        self.path = urlsplit(url).path or "/"
        self.clock_offset = 0.0
        self._host = _host_header(url)
        self._region = region
        self._credentials = credentials
        self._day_key = ("", "", b"")

    def headers(self, *, target: str, body: bytes) -> str:
        """The header lines of a POST of `body` to the operation `target`, each ended by CRLF."""
        access_key, secret_key, token = self._credentials()
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + self.clock_offset))
        scope = f"{at[:8]}/{self._region}/{_SERVICE}/aws4_request"
        token_name, token_line = ("x-amz-security-token;", f"x-amz-security-token:{token}\n") if token else ("", "")
        signed = f"content-type;host;x-amz-date;{token_name}x-amz-target"
        canonical = (
            f"POST\n{self.path}\n\ncontent-type:{CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{at}\n{token_line}"
            f"x-amz-target:{target}\n\n{signed}\n{sha256(body).hexdigest()}"
        )
        to_sign = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._key(secret_key, at[:8]), to_sign.encode(), "sha256").hex()
        return (
            f"Host: {self._host}\r\nContent-Type: {CONTENT_TYPE}\r\nX-Amz-Target: {target}\r\nX-Amz-Date: {at}\r\n"
            + (f"X-Amz-Security-Token: {token}\r\n" if token else "")
            + f"Authorization: AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={signed}, "
            f"Signature={signature}\r\n"
        )

    def _key(self, secret_key: str, day: str) -> bytes:
        """The key of a secret for a day, such as 20251023; the last one is kept."""
        known_secret, known_day, key = self._day_key
        if known_day != day or known_secret != secret_key:
            key = f"AWS4{secret_key}".encode()
            for part in (day, self._region, _SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._day_key = (secret_key, day, key)
        return key


def _host_header(url: str) -> str:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"
