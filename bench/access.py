"""All ways to reach a running product: management commands, API tokens, HTTP, boto3 tables, Redis and the AWS CLI."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import httpx
import redis
from botocore.config import Config

from bench.environment import clean_environment

ALL_SCOPES = ("orders:import", "api:read", "orders:write")
CONTACTS = "RocketReview_Contacts"
ORDERS = "packprod-weborders"
CACHE = "packprod-customer-metrics-cache"


@dataclass(frozen=True, slots=True)
class Measured:
    """A program that has ended: its output, and what it took. `cpu_seconds` does not include the engine."""

    output: str
    seconds: float
    cpu_seconds: float
    peak_mb: float


class Access:
    """Needs only the data folder and the settings, as the contract promises for commands and the AWS CLI."""

    def __init__(self, *, base_url: str, checkout: Path, data_dir: Path, settings: Mapping[str, str]) -> None:
        self.base_url = base_url
        self._checkout = checkout
        self._data_dir = data_dir
        self._environment = clean_environment(**{k: v for k, v in settings.items() if k != "PORT"})
        self._tokens: dict[tuple[str, ...], str] = {}
        self._closing = ExitStack()

    @property
    def endpoints(self) -> dict[str, str]:
        """The lines of run/endpoints.env as a dict."""
        text = (self._data_dir / "run" / "endpoints.env").read_text()
        lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
        pairs = [line.partition("=") for line in lines]
        return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}

    def manage(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `manage.py …`; never raises for its exit status."""
        return self._run(self._checkout / ".venv/bin/python", "manage.py", *arguments, timeout=timeout)

    def measured(self, *arguments: str, **settings: str) -> Measured:
        """Run Python with these arguments in the checkout. Raises CalledProcessError."""
        command, started = [str(self._checkout / ".venv/bin/python"), *arguments], time.monotonic()
        with tempfile.TemporaryFile("w+") as output:
            environment = self._environment | settings
            process = subprocess.Popen(command, cwd=self._checkout, env=environment, stdout=output, stderr=output)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            printed = output.read()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, printed[-500:])
        cpu = usage.ru_utime + usage.ru_stime
        return Measured(printed, time.monotonic() - started, cpu_seconds=cpu, peak_mb=usage.ru_maxrss / 1024)

    def aws(self, *arguments: str, timeout: float = 60) -> Any:
        """`aws dynamodb …` against the engine, parsed. Raises CalledProcessError when the CLI fails."""
        program, where = self._checkout / ".venv/bin/aws", self.endpoints["DYNAMODB_ENDPOINT_URL"]
        options = ("--output", "json", "--endpoint-url", where)
        done = self._run(program, "dynamodb", *arguments, *options, timeout=timeout)
        done.check_returncode()
        return json.loads(done.stdout or "{}")

    def token(self, *scopes: str) -> str:
        """An API key with these scopes, made on first use."""
        if scopes not in self._tokens:
            flags = [word for scope in scopes for word in ("--scope", scope)]
            made = self.manage("create_api_token", "bench " + " ".join(scopes).replace(":", "-"), *flags)
            made.check_returncode()
            self._tokens[scopes] = made.stdout.split()[-1]
        return self._tokens[scopes]

    @cached_property
    def http(self) -> httpx.Client:
        """A client with every scope; safe to share between threads."""
        return self.client(Authorization=f"Token {self.token(*ALL_SCOPES)}")

    def client(self, **headers: str) -> httpx.Client:
        """A client with these headers only, up to 64 connections."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        # verify=False: plain HTTP on this machine, and loading certificates costs 20 ms a client.
        options: dict[str, Any] = {"timeout": 30, "limits": limits, "trust_env": False, "verify": False}
        made = httpx.Client(base_url=self.base_url, headers=headers, **options)
        self._closing.callback(made.close)
        return made

    def table(self, name: str) -> Any:
        """A plain boto3 Table, as another program would use it."""
        where = self.endpoints
        resource = boto3.resource(
            "dynamodb",
            endpoint_url=where["DYNAMODB_ENDPOINT_URL"],
            region_name=where["AWS_DEFAULT_REGION"],
            aws_access_key_id=where.get("AWS_ACCESS_KEY_ID", "local"),  # an engine of ours takes any
            aws_secret_access_key=where.get("AWS_SECRET_ACCESS_KEY", "local"),
            config=Config(retries={"max_attempts": 3}, connect_timeout=2, read_timeout=10),
        )
        self._closing.callback(resource.meta.client.close)
        return resource.Table(name)

    def scan(self, name: str) -> list[dict[str, Any]]:
        """Every row of a table, by a scan, which only tests may do."""
        table, start = self.table(name), dict[str, Any]()
        rows: list[dict[str, Any]] = []
        while True:
            page = table.scan(Limit=1000, ConsistentRead=True, **start)
            rows += page["Items"]
            if "LastEvaluatedKey" not in page:
                return rows
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def redis(self) -> redis.Redis:
        """The embedded Redis."""
        made = redis.Redis.from_url(self.endpoints["REDIS_URL"], socket_timeout=5)
        self._closing.callback(made.close)
        return made

    def close(self) -> None:
        """Close every connection handed out."""
        self._closing.close()

    def _run(self, program: Path, *arguments: str, timeout: float) -> subprocess.CompletedProcess[str]:
        environment = self._environment | (self._aws_settings() if program.name == "aws" else {})
        return subprocess.run(
            [str(program), *arguments],
            cwd=self._checkout,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def _aws_settings(self) -> dict[str, str]:
        keys = {name: value for name, value in self.endpoints.items() if name.startswith("AWS_")}
        return keys | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}
