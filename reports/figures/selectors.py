"""Reads the figures of a period: whole months from the calendar, the days at its edges one by one.

A range of three years reads about 36 months and at most two months of days, however many orders there are, and of
these only what this process does not hold yet (`reports.figures.held_figures`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from customers.population.read_model import POPULATION_SUBJECT
from customers.population.selectors import CUSTOMERS
from packprod.readmodels.held import NEVER_DERIVED, Version, read_versions
from reports.figures.held_figures import Distributions, Part, PeriodTotals, Piece, Unit, days_of, held_pieces, units_of
from reports.figures.key_sums import PRODUCTS, KeySums, UnreadSums
from reports.figures.narrowing import EVERYTHING, Narrow
from reports.figures.periods import Period, bucket_start
from reports.figures.read_model import MANIFEST


@dataclass(frozen=True, slots=True)
class FigureVersions:
    """Of which versions the stored figures of some years are, the population (see `customers.population.selectors`),
    and some derivations by id."""

    figures: dict[str, Version]
    population: Mapping[str, Version] = field(default_factory=dict)
    derivations: Mapping[str, Version] = field(default_factory=dict)

    def of(self, period: Period, granularity: str | None = None) -> list[Version]:
        """The versions of what the figures of a period by a granularity, or as a whole, are read from."""
        return [self.figures.get(unit.attribute, NEVER_DERIVED) for unit in _units(period, granularity)]


def figure_versions(*periods: Period, population: bool = False, derivations: Iterable[str] = ()) -> FigureVersions:
    """The versions of all figures of these periods, of the population, and of these derivations, strongly consistent.

    Read them before the figures. Raises EngineUnavailable.
    """
    years = {year for period in periods for year in range(period.start.year, period.end.year + 1)}
    names = [*(f"{MANIFEST}#{year:04d}" for year in sorted(years)), *([POPULATION_SUBJECT] if population else ())]
    manifests, states = read_versions(manifests=names, derivations=derivations)
    of_population = manifests.pop(POPULATION_SUBJECT, {})
    figures = {name: version for one in manifests.values() for name, version in one.items()}
    return FigureVersions(figures, of_population, states)


@dataclass(frozen=True)
class PeriodFigures:
    """What was ordered in a period, narrowed or not: totals, and those parts that were read."""

    pieces: Sequence[Piece]
    parts: frozenset[Part]
    narrow: Narrow = EVERYTHING

    @cached_property
    def by_piece(self) -> list[PeriodTotals]:
        """The totals of each piece."""
        return self.narrow.totals(self.pieces)

    @cached_property
    def totals(self) -> PeriodTotals:
        """All of them together."""
        whole = PeriodTotals()
        for one in self.by_piece:
            whole.add(one)
        return whole

    @property
    def orders(self) -> int:
        """Counted orders."""
        return self.totals.orders

    @property
    def revenue(self) -> Decimal:
        """The sum of their totals; of a product, of its lines."""
        return self.totals.revenue

    @property
    def units(self) -> Decimal:
        """Pieces."""
        return self.totals.units

    @cached_property
    def products(self) -> KeySums:
        """Sums by product. Raises LookupError where they were not read."""
        return self._sums("products")

    @cached_property
    def customers(self) -> KeySums:
        """Sums by customer. Raises LookupError where they were not read."""
        return self._sums("customers")

    @property
    def statistics(self) -> list[Distributions]:
        """Those of each day or month, in order. Raises LookupError where they were not read."""
        if "statistics" not in self.parts:
            raise LookupError("Distributions were not read.")
        return [piece.statistics for piece in self.pieces if piece.statistics is not None]

    def _sums(self, part: Part) -> KeySums:
        if part not in self.parts:
            return UnreadSums()
        columns = [column for piece in self.pieces for column in getattr(piece, part)]
        sums = KeySums(columns, PRODUCTS if part == "products" else CUSTOMERS)
        return sums.among(self.narrow.chosen()) if self.narrow.part == part else sums


def figures_of(
    period: Period, *parts: Part, versions: FigureVersions, granularity: str | None = None, narrow: Narrow = EVERYTHING
) -> PeriodFigures:
    """What was ordered in the period: totals, and these parts. With a granularity, from the rows that a series by it
    is made of."""
    needed = frozenset(parts) | ({narrow.part} if narrow.part else frozenset())
    pieces = held_pieces(_units(period, granularity), sorted(needed), versions.figures)
    return PeriodFigures(pieces, needed, narrow)


def totals_by(figures: PeriodFigures, granularity: str) -> dict[date, PeriodTotals]:
    """The totals of figures that were read by this granularity, by bucket; those without orders are not there."""
    found: dict[date, PeriodTotals] = {}
    for piece, totals in zip(figures.pieces, figures.by_piece, strict=True):
        found.setdefault(bucket_start(piece.start, granularity), PeriodTotals()).add(totals)
    return found


def _units(period: Period, granularity: str | None) -> list[Unit]:
    return days_of(period) if granularity in ("day", "week") else units_of(period)
