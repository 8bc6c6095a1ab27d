"""What every data set of Nomis shares: paged questions, and answers checked to be whole.

A capped answer of Nomis is an ordinary answer without an error, so nothing is believed unless it holds every row that
RECORD_COUNT announces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pandas as pd

from loaders.csv_table import need, read_table, refuse
from loaders.raw import Given, given, what_of
from loaders.reading import Context
from loaders.session import Fetching
from store.errors import BadQuestion, SourceChanged
from store.stable_areas import stable_areas

# Guests are given at most this many rows; the rest is left off without a word.
PAGE = 25_000
_CODES_IN_A_QUESTION = 100
_LARGEST_PAGE = 50_000_000
_PAGE_NAME = re.compile(r"([a-z-]+-[0-9a-f]{6})-(\d{3})-(\d{4})")
# The kinds of area Nomis has small areas under: those of 2021, then those of 2011.
SMALL_AREA_TYPES = {"TYPE151": "2021", "TYPE298": "2011"}


def _geographies(fetching: Fetching, dataset: str) -> Iterator[str]:
    """The small areas to ask for: a whole type, or lists of codes of the edition this data set has."""
    kinds = fetching.get(
        f"dataset/{dataset}/geography/TYPE.def.sdmx.json", what=f"{dataset.lower().replace('_', '-')}-types"
    )
    text = kinds.read_text(encoding="utf-8", errors="replace")
    known = next((kind for kind in SMALL_AREA_TYPES if re.search(rf"\b{kind}\b", text)), None)
    if known is None:
        raise SourceChanged(
            f"Nomis no longer lists small areas for {dataset}", file=kinds.name, column="geography",
            do="This loader must be changed to the type of area it has now.",
        )  # fmt: skip
    if not fetching.councils:
        yield known
        return
    lookups = fetching.lookups
    inside = lookups.wards[lookups.wards["council"].isin(fetching.councils)]["lsoa21"]
    areas = stable_areas(lookups.exact_fit)
    stable = areas[areas["published"].isin(inside)]["stable"]
    codes = sorted(areas[areas["stable"].isin(stable) & (areas["edition"] == SMALL_AREA_TYPES[known])]["published"])
    if not codes:
        raise BadQuestion(
            f"No small area is known in {', '.join(fetching.councils)}", do="Give council codes such as E06000026."
        )
    for first in range(0, len(codes), _CODES_IN_A_QUESTION):
        yield ",".join(codes[first : first + _CODES_IN_A_QUESTION])


def fetch_pages(fetching: Fetching, dataset: str, what: str, question: Mapping[str, str]) -> list[Path]:
    """Every page of ``question`` to a data set, for the small areas wanted.

    Raises SourceChanged where a page brings no rows before RECORD_COUNT is reached.
    """
    geographies = list(_geographies(fetching, dataset))
    asked = hashlib.sha256(repr((dataset, sorted(question.items()), geographies)).encode()).hexdigest()[:6]
    pages: list[Path] = []
    for part, geography in enumerate(fetching.progress(geographies, f"Fetching {what}", len(geographies))):
        have = 0
        for page in count():
            path = fetching.get(
                f"dataset/{dataset}.data.csv",
                what=f"{what}-{asked}-{part:03d}-{page:04d}",
                params={**question, "geography": geography, "RecordLimit": str(PAGE), "RecordOffset": str(have)},
                largest=_LARGEST_PAGE,
            )
            table = read_table(path, path.name)
            need(table, ("RECORD_COUNT",), path.name, {})
            pages.append(path)
            have += len(table)
            if have >= int(table["RECORD_COUNT"].iloc[0]):
                break
    return pages


def answers(paths: Sequence[Path], context: Context) -> list[Given]:
    """The files, pages of one question put together as one."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        parts = _PAGE_NAME.fullmatch(what_of(path))
        groups.setdefault(parts[1] if parts else str(path), []).append(path)
    found = []
    for name, members in groups.items():
        members.sort(key=what_of)
        pages = len(members)
        found.append(given(members, f"{name} ({pages} pages)" if pages > 1 else members[0].name, context.now))
    return found


def read_answer(
    answer: Given, columns: Collection[str], fixed: Mapping[str, Collection[str]], tidied: Mapping[str, Collection[str]]
) -> pd.DataFrame:
    """The rows of an answer as text, with ``columns``, checked to be whole.

    ``fixed`` are the values a column may hold where it is there (GENDER: 0). Line numbers run on from page to page.
    """
    tables: list[pd.DataFrame] = []
    expected: dict[str, tuple[int, int]] = {}
    for path in answer.paths:
        table = read_table(path, path.name)
        need(table, [*columns, "RECORD_OFFSET", "RECORD_COUNT"], path.name, tidied)
        for column, allowed in fixed.items():
            if column in table.columns:
                refuse(
                    table, ~table[column].isin(list(allowed)), column,
                    f"rows of another {column} than {' or '.join(allowed)}", path.name,
                    "Ask Nomis for totals only, as “python -m loaders refresh” does.",
                )  # fmt: skip
        numbers = table["RECORD_COUNT"].str.cat(table["RECORD_OFFSET"], sep=" ")
        refuse(
            table,
            ~numbers.str.fullmatch(r"\d+ \d+"),
            "RECORD_COUNT",
            "a count of records that is not a number",
            path.name,
        )
        part = _PAGE_NAME.fullmatch(what_of(path))
        key = part[2] if part else path.name
        announced = int(table["RECORD_COUNT"].iloc[0])
        refuse(
            table, table["RECORD_COUNT"] != str(announced), "RECORD_COUNT", "two different counts of records", path.name
        )
        had, before = expected.get(key, (0, announced))
        wrong = before != announced or table["RECORD_OFFSET"].astype(int).tolist() != list(range(had, had + len(table)))
        if wrong or had + len(table) > announced:
            raise SourceChanged(
                "The pages do not follow one another: rows are missing, repeated, or of another answer",
                file=path.name, column="RECORD_OFFSET", rows=[2], do="Fetch it again.",
            )  # fmt: skip
        expected[key] = (had + len(table), announced)
        tables.append(table)
    for have, announced in expected.values():
        if have < announced:
            raise SourceChanged(
                f"Nomis announced {announced:,} rows and sent {have:,}: the answer was capped",
                file=answer.name, column="RECORD_COUNT", rows=[have + 1],
                do="Fetch it in pages of at most 25,000 rows, as “python -m loaders refresh” does.",
            )  # fmt: skip
    if len(tables) == 1:
        return tables[0]
    return pd.concat(tables, ignore_index=True).rename(index=lambda line: line + 2)


def values(table: pd.DataFrame, name: str) -> pd.Series:
    """OBS_VALUE as counts; NaN where OBS_STATUS says that the value is not a normal one."""
    normal = pd.Series(True, index=table.index)
    if "OBS_STATUS" in table.columns:
        normal = table["OBS_STATUS"] == "A"
    elif "OBS_STATUS_NAME" in table.columns:
        normal = table["OBS_STATUS_NAME"].str.lower() == "normal value"
    text = table["OBS_VALUE"]
    refuse(
        table, normal & ~text.str.fullmatch(r"\d+"), "OBS_VALUE", "something that is not a count of zero or more", name
    )
    return pd.to_numeric(text.where(normal), errors="coerce").astype(float)
