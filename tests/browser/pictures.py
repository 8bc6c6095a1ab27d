"""Draw the pictures of docs/pictures from the shipped sample: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page

from tests.browser.serving import PAGES, PHONE, REPOSITORY, WIDE, Visit, sample_visited, settle, visitor_of

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


def main() -> None:
    """Write a picture of every page at both widths."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sample_visited() as (browser, address):
        for width in (WIDE, PHONE):
            for name in PAGES:
                page = visitor_of(browser, width).new_page()
                Visit(page, address, name)
                target = PICTURES / f"{name}-{width}.png"
                target.write_bytes(compressed(whole(page, width)))
                page.context.close()
                print(f"{target.relative_to(REPOSITORY)}: {target.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
