"""Data sets of the Explore Education Statistics API (version 1), found by what they hold and fetched whole.

Ids are opaque and differ from release to release, so a data set is known by its publication's title and by the columns
its metadata names. Not every publication is in the API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.explore_education_formats import Format
from loaders.session import Fetching
from store.errors import SourceChanged

# The most of each list the API gives in one answer.
_PAGE = 20
_LARGEST_LIST = 10_000_000
_LARGEST = 500_000_000
_MOST_PAGES = 100


def fetch_formats(fetching: Fetching, formats: Sequence[Format]) -> list[Path]:
    """The newest data set of every one of ``formats`` that is in the API, as CSV.

    A publication that the API does not list is left out, and so is a format not known to be there (``in_api``). Raises
    SourceChanged where a listed publication has no data set with the columns wanted of it, and where nothing is found.
    """
    paths: list[Path] = []
    titles = list(dict.fromkeys(item.publication for item in formats))
    for title in fetching.progress(titles, "Looking for data sets", len(titles)):
        publication = _publication(fetching, title)
        if publication is None:
            continue
        wanted = [item for item in formats if item.publication == title]
        found = _data_sets(fetching, publication, wanted)
        missed = [item for item in wanted if item.in_api and item.slug not in {held.slug for held, _ in found}]
        if missed:
            raise SourceChanged(
                f"No data set of “{title}” holds the columns of {missed[0].title}", file=fetching.address,
                column=missed[0].needed[0],
                do="This loader must be changed first; meanwhile download the release's own CSV file and import it.",
            )  # fmt: skip
        for item, number in found:
            paths.append(fetching.get(f"data-sets/{number}/csv", what=item.slug, extension="csv", largest=_LARGEST))
    if not paths:
        raise SourceChanged(
            "The API holds none of the data sets this project reads", file=fetching.address,
            do="This loader must be changed first; meanwhile download the releases' own CSV files and import them.",
        )  # fmt: skip
    return paths


def _publication(fetching: Fetching, title: str) -> str | None:
    """The id of the publication of this title, None where the API has none."""
    for item in _listed(fetching, "publications", f"publications-{_slug(title)}", {"search": title}):
        if str(item.get("title", "")).casefold() == title.casefold():
            return _id(item, "publications", fetching)
    return None


def _data_sets(fetching: Fetching, publication: str, formats: Sequence[Format]) -> list[tuple[Format, str]]:
    """For each format the id of the data set that holds its columns, the one divided by the fewest things."""
    path = f"publications/{publication}/data-sets"
    found: dict[str, tuple[int, str]] = {}
    for item in _listed(fetching, path, f"data-sets-{_slug(publication)}", {}):
        version = item.get("latestVersion")
        levels = version.get("geographicLevels", []) if isinstance(version, dict) else []
        number = _id(item, path, fetching)
        wanted = [declared for declared in formats if declared.smallest in levels]
        if not wanted:
            continue
        columns, filters = _meta(fetching, number)
        for declared in wanted:
            if set(declared.needed) <= columns:
                found[declared.slug] = min((filters, number), found.get(declared.slug, (filters, number)))
    return [(declared, found[declared.slug][1]) for declared in formats if declared.slug in found]


def _meta(fetching: Fetching, number: str) -> tuple[set[str], int]:
    """The columns of a data set's figures and filters, and how many filters it has."""
    path = f"data-sets/{number}/meta"
    said = _answer(fetching, path, f"meta-{_slug(number)}", {})
    columns: list[set[str]] = []
    for part in ("indicators", "filters"):
        listed = said.get(part)
        if not isinstance(listed, list) or not all(isinstance(item, dict) and item.get("column") for item in listed):
            raise _changed(fetching, path, part)
        columns.append({str(item["column"]) for item in listed})
    return columns[0] | columns[1], len(columns[1])


def _listed(fetching: Fetching, path: str, what: str, params: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every entry of a list that comes in pages."""
    for page in range(1, _MOST_PAGES + 1):
        said = _answer(fetching, path, f"{what}-{page}", {**params, "page": str(page), "pageSize": str(_PAGE)})
        paging, results = said.get("paging"), said.get("results")
        pages = paging.get("totalPages") if isinstance(paging, dict) else None
        if not isinstance(pages, int) or not isinstance(results, list) or not all(isinstance(r, dict) for r in results):
            raise _changed(fetching, path, "paging")
        yield from results
        if page >= pages:
            return
    raise _changed(fetching, path, "totalPages")


def _answer(fetching: Fetching, path: str, what: str, params: dict[str, str]) -> dict[str, Any]:
    file = fetching.get(path, what=what, params=params or None, extension="json", largest=_LARGEST_LIST)
    try:
        said = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise _changed(fetching, path, None) from error
    if not isinstance(said, dict):
        raise _changed(fetching, path, None)
    return said


def _id(item: dict[str, Any], path: str, fetching: Fetching) -> str:
    """The entry's id, which becomes part of an address and so must look like one."""
    number = item.get("id")
    if not isinstance(number, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,60}", number):
        raise _changed(fetching, path, "id")
    return number


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _changed(fetching: Fetching, path: str, column: str | None) -> SourceChanged:
    return SourceChanged(
        "The API answers in another form than version 1 is documented to", file=fetching.address + path, column=column,
        do="Nothing was changed. Download the release's own CSV file and import it; this loader must be changed first.",
    )  # fmt: skip
