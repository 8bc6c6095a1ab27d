"""Files without a lasting address, found by their links on the publisher's release page."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

from loaders.session import Fetching
from store.errors import SourceChanged

_HREF = re.compile(r"href\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_LARGEST_PAGE = 5_000_000


class PageMissing(SourceChanged):
    """The publisher has no such page."""


def links_on(fetching: Fetching, page: str, what: str, pattern: str, hosts: Collection[str]) -> list[str]:
    """Addresses linked on ``page`` (below the source's address) of which the last part matches ``pattern``, in order.

    Raises PageMissing where nothing is there, SourceChanged for a link that leads to another host than the page's own and ``hosts``.
    """
    try:
        path = fetching.get(page, what=what, extension="html", largest=_LARGEST_PAGE)
    except SourceChanged as error:
        raise PageMissing(error.message, file=error.file, do=error.do) from error
    base = urljoin(fetching.address, page)
    allowed = {urlsplit(base).hostname, *hosts}
    found: list[str] = []
    for link in _HREF.findall(path.read_text(encoding="utf-8", errors="replace")):
        url = urljoin(base, html.unescape(link))
        if not re.search(pattern, urlsplit(url).path.rpartition("/")[2], re.IGNORECASE) or url in found:
            continue
        if urlsplit(url).hostname not in allowed:
            raise SourceChanged(
                f"The publisher now points to {url}", file=base,
                do="Download the file by hand; if it has moved for good, this loader must be changed first.",
            )  # fmt: skip
        found.append(url)
    return found
