"""How fast and how well reads and requests were answered, from the Prometheus figures of all processes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client.samples import Sample

from packprod.observability.metrics import all_figures, since

_QUIET = frozenset({"^healthz/?$", "^readyz/?$", "^metrics/?$"})  # probes: they say nothing about anybody's work
_SERVER_ERROR = "5"
_Figures = Mapping[str, Sequence[Sample]]


@dataclass(slots=True)
class _Line:
    """What is added up for one operation or route. `buckets`: upper bound in seconds to requests up to it."""

    requests: int = 0
    errors: int = 0
    slow: int = 0
    hits: int = 0
    misses: int = 0
    buckets: dict[float, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True, slots=True)
class Speed:
    """The figures of one operation or route: times in milliseconds, estimated from a histogram, and the cache hit rate
    in percent; None where there is nothing to divide by."""

    name: str
    requests: int
    p50: float | None
    p90: float | None
    p99: float | None
    cache_hit_rate: float | None
    errors: int
    slow: int


@dataclass(frozen=True, slots=True)
class PerformanceReport:
    """Since when, and the operations (reads) and routes (HTTP), the most requested first."""

    since: datetime
    operations: list[Speed]
    routes: list[Speed]


def performance() -> PerformanceReport:
    """The figures of all processes together."""
    figures = {metric.name: metric.samples for metric in all_figures().collect()}
    return PerformanceReport(since(), _speeds(_operations(figures)), _speeds(_routes(figures)))


def percentile(buckets: Mapping[float, float], percent: int) -> float | None:
    """Seconds below which `percent` of the requests lie, as Prometheus' histogram_quantile estimates it.

    Beyond the last finite bound nothing is known, so that bound is given.
    """
    bounds = sorted(buckets)
    total = buckets[bounds[-1]] if bounds else 0
    if not total:
        return None
    rank, lower, below = total * percent / 100, 0.0, 0.0
    for bound in bounds:
        if buckets[bound] >= rank:
            inside = buckets[bound] - below
            return lower if bound == float("inf") else lower + (bound - lower) * (rank - below) / inside
        lower, below = bound, buckets[bound]
    return lower


def _operations(figures: _Figures) -> dict[str, _Line]:
    lines: dict[str, _Line] = defaultdict(_Line)
    _add_times(lines, _samples(figures, "packprod_read_seconds"), "operation")
    for sample in _samples(figures, "packprod_cache_reads"):
        line = lines[sample.labels["operation"]]
        line.hits += int(sample.value) if sample.labels["result"] == "hit" else 0
        line.misses += int(sample.value) if sample.labels["result"] == "miss" else 0
    for sample in _samples(figures, "packprod_slow_queries"):
        lines[sample.labels["operation"]].slow += int(sample.value)
    for sample in _samples(figures, "packprod_read_errors"):
        lines[sample.labels["operation"]].errors += int(sample.value)
    return lines


def _routes(figures: _Figures) -> dict[str, _Line]:
    lines: dict[str, _Line] = defaultdict(_Line)
    _add_times(lines, _samples(figures, "packprod_http_request_seconds"), "method", "route")
    for sample in _samples(figures, "packprod_http_requests"):
        failed = sample.labels["status"].startswith(_SERVER_ERROR)
        lines[_key(sample, "method", "route")].errors += int(sample.value) if failed else 0
    return {key: line for key, line in lines.items() if key.partition(" ")[2] not in _QUIET}


def _add_times(lines: dict[str, _Line], samples: Iterable[Sample], *names: str) -> None:
    for sample in samples:
        line = lines[_key(sample, *names)]
        if sample.name.endswith("_bucket"):
            line.buckets[float(sample.labels["le"])] += sample.value
        elif sample.name.endswith("_count"):
            line.requests += int(sample.value)


def _samples(figures: _Figures, name: str) -> list[Sample]:
    """The samples of one metric, without the instants at which its series began."""
    return [sample for sample in figures.get(name, ()) if not sample.name.endswith("_created")]


def _key(sample: Sample, *names: str) -> str:
    return " ".join(sample.labels[name] for name in names)


def _speeds(lines: Mapping[str, _Line]) -> list[Speed]:
    ordered = sorted(lines.items(), key=lambda pair: (-pair[1].requests, pair[0]))
    return [_speed(name, line) for name, line in ordered]


def _speed(name: str, line: _Line) -> Speed:
    p50, p90, p99 = (percentile(line.buckets, percent) for percent in (50, 90, 99))
    looked_up = line.hits + line.misses
    return Speed(
        name=name,
        requests=line.requests,
        p50=_milliseconds(p50),
        p90=_milliseconds(p90),
        p99=_milliseconds(p99),
        cache_hit_rate=line.hits * 100 / looked_up if looked_up else None,
        errors=line.errors,
        slow=line.slow,
    )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
