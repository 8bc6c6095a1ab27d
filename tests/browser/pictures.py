"""Draw the pictures of docs/pictures from the shipped sample: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from loaders.importing import ensure_database
from store.folder import Folder, seed
from tests.browser.serving import (
    PAGES,
    PHONE,
    REPOSITORY,
    WIDE,
    Visit,
    browser_program,
    browsing,
    serving,
    settle,
    visitor_of,
)

PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST = 400_000  # bytes
_COLOURS = (256, 128, 64, 32)


def whole(page: Page, width: int) -> bytes:
    """The page from its first line to its last as PNG; it scrolls inside a part of its own, so the window grows first."""
    height = 0
    for _ in range(4):
        needed = int(page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollHeight"))
        if needed == height:
            break
        height = needed
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(700)
        settle(page)
    return page.screenshot()


def compressed(png: bytes) -> bytes:
    """The picture with a palette of as many colours as fit under ``LARGEST``."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in _COLOURS:
        target = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() < LARGEST:
            break
    return target.getvalue()


def main() -> int:
    """Write a picture of every page at both widths; 1 where there is no browser."""
    program = browser_program()
    if program is None:
        print("There is no Chromium or Chrome here: install one, or set OUTCOMES_BROWSER.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Folder(Path(scratch) / "data")
        seed(folder.root)
        ensure_database(folder)
        with (
            serving(folder.root, Path(scratch) / "log.txt") as address,
            sync_playwright() as driver,
            browsing(driver, program) as browser,
        ):
            for width in (WIDE, PHONE):
                for name in PAGES:
                    page = visitor_of(browser, width).new_page()
                    Visit(page, address, name)
                    target = PICTURES / f"{name}-{width}.png"
                    target.write_bytes(compressed(whole(page, width)))
                    page.context.close()
                    print(f"{target.relative_to(REPOSITORY)}: {target.stat().st_size // 1000} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
