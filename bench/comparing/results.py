"""What was measured of each case, as JSON and as a table.

`python -m bench.comparing.results RESULTS.json` prints the tables of a run again.
"""

import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.comparing.agreement import is_the_same
from bench.comparing.floor import Floor
from bench.comparing.measuring import Interleaved, Times

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """One case at one size. `clients` has the rounds of both programs by number of clients."""

    name: str
    turns: Interleaved
    clients: dict[int, dict[str, Times]]
    floors: list[Floor]
    sent: int
    original: float | None

    def as_json(self) -> Json:
        """Milliseconds, requests a second, CPU a request, and what was read."""
        found: Json = {
            "ours": _times(self.turns["ours"]),
            "peer": _times(self.turns["peer"]) if "peer" in self.turns else None,
            "clients": {
                str(count): {name: _rounds(one) for name, one in by.items()} for count, by in self.clients.items()
            },
            "answerBytes": self.sent,
            "originalMs": self.original and round(self.original * 1000, 1),
        }
        return found | (self._floor() if "bare" in self.turns else {})

    def _floor(self) -> Json:
        bare, calls, ideal = (self.turns[name].p(0.5) for name in ("bare", "calls", "ideal"))
        costs = [[(len(one.calls), _sum(one, "items"), _sum(one, "size"))] for one in self.floors]
        medians = [statistics.median(column) for column in zip(*(one[0] for one in costs), strict=True)]
        return {
            "floorMs": {"todaysReads": round(bare + calls, 2), "ideal": round(bare + ideal, 2)},
            "floorParts": {"wsgi": round(bare, 2), "calls": round(calls, 2), "idealCall": round(ideal, 2)},
            "engine": dict(zip(("calls", "items", "bytes"), medians, strict=True)),
        }


def _sum(floor: Floor, field: str) -> int:
    return sum(getattr(call, field) for call in floor.calls)


def _times(one: Times) -> Json:
    return {"p50": round(one.p(0.5), 2), "p95": round(one.p(0.95), 2), "aSecond": round(one.a_second, 1)}


def _rounds(one: Times) -> Json:
    return _times(one) | {"cpuMs": {name: round(used, 2) for name, used in one.cpu_ms().items()}}


HEAD = (
    *("endpoint", "PackProd p50 / p95 ms", "peer", "peer ÷ PackProd", "floor (ideal) ms", "× floor (× ideal)"),
    *("a second, {} clients: PackProd, peer", "CPU ms: web, engine", "peer: web, postgres", "calls, items, KB"),
)


def table(results: Json, *, clients: int) -> str:
    """The results of one size as a Markdown table; `clients`: the number whose rounds are shown."""
    rows = [tuple(word.format(clients) for word in HEAD), ("---",) * len(HEAD)]
    rows += [_row(name, one, str(clients)) for name, one in results.items()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(name: str, one: Json, clients: str) -> tuple[str, ...]:
    ours, peer, floor = one["ours"], one["peer"], one.get("floorMs")
    rounds = one["clients"].get(clients, {})
    engine = one.get("engine")
    return (
        name,
        f"{ours['p50']:.1f} / {ours['p95']:.1f}",
        f"{peer['p50']:.1f} / {peer['p95']:.1f}" if peer else "—",
        f"{peer['p50'] / ours['p50']:.2f}" if peer else "—",
        f"{floor['todaysReads']:.1f} ({floor['ideal']:.1f})" if floor else "—",
        f"{ours['p50'] / floor['todaysReads']:.1f} ({ours['p50'] / floor['ideal']:.1f})" if floor else "—",
        ", ".join(f"{rounds[name]['aSecond']:.0f}" for name in ("ours", "peer") if name in rounds) or "—",
        _cpu(rounds, "ours", "web", "engine"),
        _cpu(rounds, "peer", "web", "postgres"),
        f"{engine['calls']:.0f}, {engine['items']:.0f}, {engine['bytes'] / 1024:.0f}" if engine else "—",
    )


def _cpu(rounds: Json, program: str, *groups: str) -> str:
    used = rounds.get(program, {}).get("cpuMs", {})
    return ", ".join(f"{used[name]:.1f}" for name in groups if name in used) or "—"


def summary(results: Json, *, clients: int) -> Iterator[tuple[str, str]]:
    """Sentences about one size: where PackProd is behind the peer, and how far from the floor."""
    beside = {name: one for name, one in results.items() if one["peer"]}
    ratios = {name: one["peer"]["p50"] / one["ours"]["p50"] for name, one in beside.items()}
    yield "not slower than the peer, 1 client", _behind(ratios)
    rates = {
        name: rounds["ours"]["aSecond"] / rounds["peer"]["aSecond"]
        for name, one in beside.items()
        if "peer" in (rounds := one["clients"].get(str(clients), {}))
    }
    yield f"not fewer a second than the peer, {clients} clients", _behind(rates)
    odd = [f"{name}: {said}" for name, one in results.items() if (said := one.get("agrees")) and not is_the_same(said)]
    yield "answers that differ from the peer's", "; ".join(odd) or "none"
    for kind in ("todaysReads", "ideal"):
        floors = [one["ours"]["p50"] / one["floorMs"][kind] for one in results.values() if "floorMs" in one]
        if floors:
            yield f"times the floor ({kind}), median and highest", f"{statistics.median(floors):.1f}, {max(floors):.1f}"


def _behind(ratios: dict[str, float]) -> str:
    behind = {name: ratio for name, ratio in ratios.items() if ratio < 1}
    named = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(behind.items(), key=lambda pair: pair[1]))
    median = statistics.median(ratios.values()) if ratios else 0.0
    return f"{len(ratios) - len(behind)} of {len(ratios)}, median × {median:.1f}" + (
        f"; behind: {named}" if named else ""
    )


def main() -> None:
    """Prints the table and the sentences of every size."""
    run = json.loads(Path(sys.argv[1]).read_text())
    for orders, size in run["sizes"].items():
        print(f"\n{int(orders):,} orders\n\n{table(size['cases'], clients=max(run['clients']))}\n")
        for what, seen in summary(size["cases"], clients=max(run["clients"])):
            print(f"- {what}: {seen}")


if __name__ == "__main__":
    main()
