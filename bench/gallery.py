"""Takes pictures of every admin page, light and dark, wide and 400 px: `python -m bench.gallery` during `make run`.

The pages are those of the menu and, for each list, the page of its first row. Signs in as the demo user. The pictures
are WebP, as Chromium writes them, and go to docs/gallery with a README that shows them all.
"""

import argparse
import base64
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from packprod.embedded.endpoints import read_endpoints

ROOT = Path(__file__).resolve().parent.parent
QUALITY = 60
WIDTHS: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 400, "height": 860}}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MENU = "#nav-sidebar-apps a[href^='/admin/']"
FIRST_ROW = "#result_list tbody th a"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page to take a picture of: the name of its file, the page's own title, its address."""

    name: str
    title: str
    address: str


def main() -> None:
    """Takes all pictures and writes the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("PACKPROD_DATA_DIR", ROOT / ".data")))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gallery")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        pictures = take_all(chromium, options.data_dir, options.out)
        chromium.close()
    (options.out / "README.md").write_text(readme(pictures))
    size = sum(file.stat().st_size for file in options.out.glob("*.webp"))
    print(f"{len(pictures)} pages, {size / 1e6:.1f} MB in {options.out}")


def take_all(chromium: Browser, data_dir: Path, out: Path) -> list[Picture]:
    """Takes every page in every width and colour scheme; returns the pages."""
    base_url = f"http://127.0.0.1:{read_endpoints(data_dir)['PORT']}"
    first = chromium.new_context(base_url=base_url, viewport=WIDTHS["wide"])
    sign_in(first, "demo", (data_dir / "demo-password").read_text().strip())
    pictures = list(menu_pages(first.new_page()))
    for width, viewport in WIDTHS.items():
        for scheme in SCHEMES:
            context = chromium.new_context(
                base_url=base_url, viewport=viewport, color_scheme=scheme, storage_state=first.storage_state()
            )
            for picture in pictures:
                _take(context, picture, out / f"{picture.name}-{width}-{scheme}.webp")
            context.close()
    return pictures


def sign_in(context: BrowserContext, name: str, password: str) -> None:
    """Signs in, for all pages of the context."""
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def menu_pages(page: Page) -> Iterator[Picture]:
    """The pages that the menu names, and after each list the page of its first row."""
    page.goto("/admin/")
    found = page.locator(MENU).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for address in dict.fromkeys(["/admin/", *found]):
        page.goto(address)
        yield _picture(page, address)
        if page.locator(FIRST_ROW).count():
            behind = str(page.locator(FIRST_ROW).first.get_attribute("href"))
            page.goto(behind)
            yield _picture(page, urlsplit(page.url).path, name=f"{_name(address)}-one")


def _picture(page: Page, address: str, *, name: str = "") -> Picture:
    return Picture(name or _name(address), _title(page), address)


def _title(page: Page) -> str:
    """The page's heading, with an arrow in place of the name of its icon."""
    return " ".join(page.locator("h1").first.inner_text().split()).replace("chevron_right", "›")


def _name(address: str) -> str:
    """`orders-order` for /admin/orders/order/."""
    return "-".join(urlsplit(address).path.strip("/").split("/")[1:]) or "start"


def _take(context: BrowserContext, picture: Picture, file: Path) -> None:
    page = context.new_page()
    page.goto(picture.address, wait_until="networkidle")
    session = context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(shot["data"]))
    page.close()


def readme(pictures: list[Picture]) -> str:
    """The README: each page's wide, light picture, with links to its others."""
    parts = ["# Gallery", "", "Made by `python -m bench.gallery` from the demo data."]
    for picture in pictures:
        looks = ("wide-dark", "narrow-light", "narrow-dark")
        dark, narrow, narrow_dark = (f"{picture.name}-{look}.webp" for look in looks)
        parts += [
            "",
            f"## {picture.title}",
            "",
            f"![{picture.title}]({picture.name}-wide-light.webp)",
            "",
            f"[dark]({dark}) · [400 px]({narrow}) · [400 px, dark]({narrow_dark})",
        ]
    return "\n".join([*parts, ""])


def chromium_path() -> str:
    """The path of Chromium. Raises SystemExit if it is not installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("The gallery needs Chromium on PATH (Debian: apt install chromium).")
    return found


if __name__ == "__main__":
    main()
