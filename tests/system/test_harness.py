"""The judges themselves: each must be able to say no, and none may look inside the product."""

import ast
from pathlib import Path

import httpx
import pytest

from bench.environment import CHECKOUT, clean_environment
from bench.reading import has
from bench.report import Report, percentile
from bench.scenarios.badinput import shape_flaws
from bench.walk import is_sorted

PRODUCT = {"packprod", "orders", "customers", "reports", "django"}
# What fills an engine past the product, or recomputes in it, has to look inside; it hands the judges plain figures.
INSIDERS = {
    *(CHECKOUT / "bench" / "exactness").glob("*.py"),
    *(CHECKOUT / "bench" / name for name in ("gallery.py", "loading.py", "memory_engine.py", "shop_data.py")),
    CHECKOUT / "bench" / "scenarios" / "exactness.py",
    CHECKOUT / "bench" / "sizes" / "original_way.py",
}
PEER = {*(CHECKOUT / "bench" / "peer").rglob("*.py")}  # a Django project of its own
PROBLEM = {"field": "0.total", "code": "c", "message": "m"}
GOOD = {
    "error": {"code": "validation_failed", "message": "Bad.", "details": [PROBLEM]},
    "detail": "The total is wrong.",
    "meta": {"requestId": "r"},
}


@pytest.mark.parametrize("path", sorted({*(CHECKOUT / "bench").rglob("*.py")} - INSIDERS), ids=lambda path: path.stem)
def test_the_harness_never_imports_product_code(path: Path) -> None:
    imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names} | {getattr(node, "module", "") for node in imports}
    forbidden = PRODUCT - {"django"} if path in PEER else PRODUCT
    assert not {name.partition(".")[0] for name in names if name} & forbidden


def test_an_outer_setting_does_not_reach_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DYNAMODB_ENDPOINT_URL",
        "REDIS_URL",
        "PACKPROD_DATA_DIR",
        "AWS_PROFILE",
        "MAKELEVEL",
        "PORT",
    ):
        monkeypatch.setenv(name, "outer")
    assert "outer" not in clean_environment().values()
    assert clean_environment(PORT="1")["PORT"] == "1"


@pytest.mark.parametrize(
    "change", [{"error": "Bad."}, {"error": {"code": "c"}}, {"detail": "Bad"}, {"meta": {}}, {"detail": None}]
)
def test_a_wrong_error_shape_is_seen(change: dict[str, object]) -> None:
    assert not list(shape_flaws(httpx.Response(400, json=GOOD), named="total"))
    assert list(shape_flaws(httpx.Response(400, json=GOOD | change), named="total"))


def test_html_and_a_field_not_named_are_seen() -> None:
    assert list(shape_flaws(httpx.Response(500, html="<h1>Server Error</h1>")))
    assert list(shape_flaws(httpx.Response(400, json=GOOD), named="tax"))


def test_figures_are_compared_exactly() -> None:
    row = {"orderCount": 2, "totalSpend": "10.01"}
    assert has(2, "10.01")(row)
    assert not has(2, "10.0")(row)
    assert not has(1, "10.01")(row)
    assert has(0, "0")(None)
    assert not has(1, "10.01")(None)


def test_order_and_percentiles() -> None:
    assert is_sorted([3, 3, 1], "desc")
    assert not is_sorted([1, 3], "desc")
    assert percentile([0.4, 0.1, 0.3, 0.2], 0.5) == 0.2
    assert percentile([], 0.99) == 0.0


def test_a_report_lists_what_failed() -> None:
    report = Report(scenario="s")
    report.figure("speed", 5)
    report.check("right", True)
    report.check("wrong", False, "seen")
    assert report.failures == ["s: wrong: seen"]
    assert "FAILED" in report.table()
