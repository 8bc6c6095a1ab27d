"""What every data set of Stat-Xplore shares: tables asked for with a key, and answers read as rows.

Requests and answers are those of the service's Open Data API (its online help, “Table endpoint”): a database, a count
and dimensions are asked for; fields with items and a cube of values come back. Names of databases, fields and value sets
are each loader's own. The service changes every cell a little at random, so cells do not add up to their totals.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loaders.csv_table import AGAIN
from loaders.nomis import answers
from loaders.raw import Given, find, what_of
from loaders.reading import Context
from loaders.session import Fetching
from store.errors import BadQuestion, SourceChanged, Unreachable
from store.stable_areas import stable_areas

KEY_VARIABLE = "OUTCOMES_STAT_XPLORE_KEY"
ADDRESS = "https://stat-xplore.dwp.gov.uk/webapi/rest/v1/"
# The publisher does not say how much it changes a cell. Sums of three or four published cells were seen to lie at most 8
# from the published total (a public project's tests on figures of August 2026), so each is within 3; the line
# “stat_xplore” of data/suppression.toml says the same.
CHANGED_BY = 3
TOTAL = "Total"
# The service sets no limit to the cells of a table; a table of 677,000 was seen to be answered.
_CELLS_IN_A_QUESTION = 150_000
_LARGEST_ANSWER = 50_000_000
_DATES = "-dates"


@dataclass(frozen=True, slots=True)
class Cube:
    """A database as the service names it: what is counted, and the fields of its dates, small areas and ``others``.

    ``areas`` and ``others`` come with their set of values; ``others`` also with the values wanted, beside the total.
    """

    database: str
    count: str
    dates: str
    areas: tuple[str, str]
    others: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @property
    def measure(self) -> str:
        """What the service calls the count."""
        return f"str:count:{self.database}:{self.count}"

    def field(self, name: str) -> str:
        """What the service calls one of the fields."""
        return f"str:field:{self.database}:{name}"

    def values(self, name: str, set_of_values: str, codes: Sequence[str]) -> list[list[str]]:
        """A map of values for a question, each by itself."""
        return [[f"str:value:{self.database}:{name}:{set_of_values}:{code}"] for code in codes]

    def question(self, dates: Sequence[str], areas: Sequence[str]) -> dict[str, Any]:
        """The table of ``areas`` on ``dates`` (as the service names them)."""
        recodes: dict[str, Any] = {
            self.field(self.areas[0]): {"map": self.values(*self.areas, areas), "total": False},
            self.field(self.dates): {"map": [[date] for date in dates], "total": False},
        }
        for name, set_of_values, codes in self.others:
            recodes[self.field(name)] = {"map": self.values(name, set_of_values, codes), "total": True}
        return {
            "database": f"str:database:{self.database}", "measures": [self.measure], "recodes": recodes,
            "dimensions": [[field] for field in recodes],
        }  # fmt: skip


def _key() -> dict[str, str]:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key:
        raise Unreachable(
            "Stat-Xplore gives figures only to those who have a key, which is free",
            do=f"Make an account at stat-xplore.dwp.gov.uk, copy the key from its account page, and set {KEY_VARIABLE}.",
        )
    return {"APIKey": key}


def _table(fetching: Fetching, what: str, question: Mapping[str, Any]) -> Path:
    return fetching.get(
        "table", what=what, question=question, secret=_key(), extension="json", largest=_LARGEST_ANSWER
    )  # fmt: skip


def dates_of(fetching: Fetching, cube: Cube, what: str) -> list[str]:
    """The dates the database has, as the service names them, oldest first."""
    question = {
        "database": f"str:database:{cube.database}", "measures": [cube.measure], "dimensions": [[cube.field(cube.dates)]],
    }  # fmt: skip
    path = _table(fetching, what + _DATES, question)
    items = _fields(_said(path), path.name)[cube.field(cube.dates)]
    return sorted(uri for uri in items if uri != TOTAL)


def fetch_cube(fetching: Fetching, cube: Cube, dates: Sequence[str], what: str) -> list[Path]:
    """The tables of all small areas of 2021 wanted, on these dates, in as many questions as it takes."""
    lookups = fetching.lookups
    codes = sorted(set(lookups.exact_fit["lsoa21"]))
    if fetching.councils:
        inside = lookups.wards[lookups.wards["council"].isin(fetching.councils)]["lsoa21"]
        areas = stable_areas(lookups.exact_fit)
        stable = areas[areas["published"].isin(inside)]["stable"]
        codes = sorted(areas[areas["stable"].isin(stable) & (areas["edition"] == "2021")]["published"])
    if not codes:
        raise BadQuestion(
            f"No small area is known in {', '.join(fetching.councils)}", do="Give council codes such as E06000026."
        )
    cells = len(dates)
    for _, _, wanted in cube.others:
        cells *= len(wanted) + 1
    size = max(1, _CELLS_IN_A_QUESTION // cells)
    asked = hashlib.sha256(repr((cube, list(dates), codes)).encode()).hexdigest()[:6]
    parts = [codes[first : first + size] for first in range(0, len(codes), size)]
    return [
        _table(fetching, f"{what}-{asked}-{number:03d}-0000", cube.question(dates, part))
        for number, part in enumerate(fetching.progress(parts, f"Fetching {what}", len(parts)))
    ]


def tables(paths: Sequence[Path], context: Context) -> list[Given]:
    """The answers among these files, the tables of one question as one; lists of dates beside them are left out."""
    return answers([path for path in find(paths, (".json",)) if not what_of(path).endswith(_DATES)], context)


def _said(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise SourceChanged("The file is no answer of Stat-Xplore", file=path.name, do=AGAIN)
    return said


def databases_of(answer: Given) -> set[str]:
    """The databases an answer is of, as their fields name them; empty where it names none."""
    fields = {uri for path in answer.paths for uri in _fields(_said(path), path.name)}
    return {uri.split(":")[2] for uri in fields if uri.count(":") > 2}


def _fields(said: Mapping[str, Any], name: str) -> dict[str, list[str]]:
    """The values along each dimension, in the cube's order, as the service names them; TOTAL for a total."""
    try:
        found: dict[str, list[str]] = {}
        for field in said["fields"]:
            uris: list[str] = []
            for item in field["items"]:
                given = item.get("uris")
                if given is None and item["type"] == TOTAL:
                    uris.append(TOTAL)
                elif len(given) == 1:
                    uris.append(str(given[0]))
                else:
                    raise SourceChanged(
                        "The answer puts several values together as one", file=name, column=str(field["uri"]),
                        do="Ask for each value by itself, as “python -m loaders refresh” does.",
                    )  # fmt: skip
            found[str(field["uri"])] = uris
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceChanged("The file is no answer of Stat-Xplore", file=name, do=AGAIN) from error
    return found


def read_cube(answer: Given, cube: Cube) -> pd.DataFrame:
    """Every cell of an answer: ``area`` and ``date`` (their codes), one column an ``other`` field, and ``value``.

    ``value`` is NaN where the service gives none; other fields hold the code or TOTAL; the index counts cells from 1.
    Raises SourceChanged where the answer is of another table, or its cube has another shape than its fields say.
    """
    wanted = {cube.field(cube.areas[0]): "area", cube.field(cube.dates): "date"}
    wanted |= {cube.field(name): name for name, _, _ in cube.others}
    frames = []
    for path in answer.paths:
        said = _said(path)
        fields = _fields(said, path.name)
        if set(fields) != set(wanted):
            odd = sorted(set(fields) ^ set(wanted))
            raise SourceChanged(
                "The answer is of another table than this loader asks for", file=path.name, column=odd[0], do=AGAIN
            )
        shape = tuple(len(items) for items in fields.values())
        try:
            values = np.array(said["cubes"][cube.measure]["values"], dtype=float)
        except (KeyError, TypeError, ValueError):
            values = np.empty(0)
        if values.shape != shape or not values.size:
            raise SourceChanged(
                "The answer does not hold the cells it announces", file=path.name, column=cube.measure, do=AGAIN
            )
        if (values < 0).any() or (values % 1 > 0).any():
            raise SourceChanged(
                "The answer holds something that is not a count", file=path.name, column=cube.measure, do=AGAIN
            )
        index = pd.MultiIndex.from_product(list(fields.values()), names=[wanted[field] for field in fields])
        frames.append(pd.Series(values.ravel(), index=index, name="value").reset_index())
    cells = pd.concat(frames, ignore_index=True)
    for name in wanted.values():
        cells[name] = cells[name].str.rpartition(":")[2]
    key = list(wanted.values())
    if cells.duplicated(key).any():
        twice = cells["area"][cells.duplicated(key)].iloc[0]
        raise SourceChanged(
            f"{twice} stands twice in the answers", file=answer.name, column="area", do="Fetch them again."
        )
    return cells.set_axis(range(1, len(cells) + 1))


def ranged(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """``rows`` with the least and the most each changed count can stand for."""
    return rows.assign(low=(rows[column] - CHANGED_BY).clip(lower=0), high=rows[column] + CHANGED_BY)
