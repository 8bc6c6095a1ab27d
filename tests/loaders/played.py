"""Every publisher, played on this machine: what it has yesterday and today, and all the ways its answers can go wrong.

A loader joins by a row in PLAYED: its tables as lists of rows, a function that answers requests with them, and which
heading to rename, which symbol to put in and which rows to leave out. Whatever follows is tried with every row.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loaders import ons_geography
from loaders.police_uk import HEADER
from tests.loaders.publishers import Asked, Reply, Script
from tests.loaders.small_world import EXACT, FIXTURES, WARDS

Table = list[list[str]]
Tables = Mapping[str, Table]


@dataclass(frozen=True)
class Wire:
    """How tables become bytes: by default CSV in UTF-8, without a mark, with plain line ends."""

    encoding: str = "utf-8"
    mark: bytes = b""
    newline: str = "\n"

    def csv(self, table: Table) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator=self.newline).writerows(table)
        return self.mark + out.getvalue().encode(self.encoding)

    def json(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, indent=1).replace("\n", self.newline)
        return self.mark + text.encode(self.encoding)


@dataclass(frozen=True)
class Played:
    """One source's publisher. ``answer`` makes its script from tables and the way they become bytes.

    ``today`` is what it has after ``yesterday``: the same and something new. ``renamed`` is a heading the loader needs, ``symbol``
    a heading and a value nobody knows, ``text`` a heading whose cells are words, ``area`` the heading of the areas of which
    the first is left out when a release has fewer. ``data`` tells the paths of data from those of lists.
    """

    source: str
    yesterday: Tables
    today: Tables
    answer: Callable[[Tables, Wire], Script]
    renamed: str
    symbol: tuple[str, str]
    text: str
    area: str
    data: Callable[[Asked], bool] = lambda asked: True
    # Behaviours that cannot happen here: a source without archives sends none that is cut short.
    never: frozenset[str] = field(default_factory=frozenset)


# What can be done to tables ----------------------------------------------------------------------------------------


def _last(tables: Tables) -> str:
    return list(tables)[-1]


def with_heading(tables: Tables, old: str, new: str) -> Tables:
    """The tables with one heading renamed wherever it stands."""
    return {
        name: [[new if heading == old else heading for heading in table[0]], *table[1:]]
        for name, table in tables.items()
    }


def with_value(tables: Tables, column: str, value: str) -> Tables:
    """The tables with one cell replaced in the last row of those that have the column."""
    changed = dict(tables)
    for name, table in tables.items():
        if column in table[0]:
            rows = [list(row) for row in table]
            rows[-1][rows[0].index(column)] = value
            changed[name] = rows
    return changed


def with_fewer_areas(tables: Tables, column: str) -> Tables:
    """The tables without the area of the first row of the last table that has the column."""
    name = [name for name, table in tables.items() if column in table[0]][-1]
    place = tables[name][0].index(column)
    gone = tables[name][1][place]
    kept = {
        name: [row for row in table if column not in table[0] or row[table[0].index(column)] != gone]
        for name, table in tables.items()
    }
    assert kept != tables
    return kept


# The ways an answer can go wrong --------------------------------------------------------------------------------


def first_time(played: Played, script: Script, otherwise: Callable[[Reply], Reply]) -> Script:
    """The first answer with data as ``otherwise`` makes it, every other as it should be."""
    done: list[bool] = []

    def answer(asked: Asked) -> Reply:
        reply = script(asked)
        if not done and played.data(asked):
            done.append(True)
            return otherwise(reply)
        return reply

    return answer


def always(played: Played, script: Script, otherwise: Callable[[Reply], Reply]) -> Script:
    """Every answer with data as ``otherwise`` makes it."""
    return lambda asked: otherwise(script(asked)) if played.data(asked) else script(asked)


def resumable(script: Script) -> Script:
    """The same answers with an entity tag, any part of which can be asked for."""

    def answer(asked: Asked) -> Reply:
        reply = script(asked)
        tag = f'"{hash(reply.body)}"'
        wanted = asked.headers.get("range", "")
        if wanted and asked.headers.get("if-range") == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            span = f"bytes {start}-{len(reply.body) - 1}/{len(reply.body)}"
            return replace(reply, body=reply.body[start:], status=206, headers={"ETag": tag, "Content-Range": span})
        return replace(reply, headers={**reply.headers, "ETag": tag})

    return answer


def _plain(played: Played) -> Script:
    return played.answer(played.today, Wire())


def _edited(change: Callable[[Played], Tables], wire: Wire | None = None) -> Callable[[Played], Script]:
    return lambda played: played.answer(change(played), wire or Wire())


def _once(otherwise: Callable[[Reply], Reply]) -> Callable[[Played], Script]:
    return lambda played: first_time(played, _plain(played), otherwise)


def _ever(otherwise: Callable[[Reply], Reply]) -> Callable[[Played], Script]:
    return lambda played: always(played, _plain(played), otherwise)


def _cut_once(played: Played) -> Script:
    return first_time(played, resumable(_plain(played)), lambda reply: replace(reply, cut=len(reply.body) // 2))


# Benign: today's figures are in use afterwards.
HARMLESS: Mapping[str, Callable[[Played], Script]] = {
    "asks to wait": _once(lambda reply: Reply(status=429, headers={"Retry-After": "3"})),
    "an error, then fine": _once(lambda reply: Reply(status=500)),
    "cut in the middle, then the rest": _cut_once,
    "a byte-order mark": _edited(lambda played: played.today, Wire(mark=b"\xef\xbb\xbf")),
    "line ends of Windows": _edited(lambda played: played.today, Wire(newline="\r\n")),
}
# Everything else leaves yesterday's database as it is; beside each, a word of what is said.
HARMFUL: Mapping[str, tuple[Callable[[Played], Script], str]] = {
    "a page with status 200": (
        _ever(lambda reply: Reply(b"<!DOCTYPE html><html>Sorry", headers={"Content-Type": "text/html"})), "web page",
    ),
    "another host": (
        _ever(lambda reply: Reply(status=302, headers={"Location": "http://elsewhere.example/x"})), "elsewhere.example",
    ),
    "10 GB announced": (_ever(lambda reply: replace(reply, announce=10_000_000_000)), "10,000,000,000 bytes"),
    "cut and never whole": (_ever(lambda reply: replace(reply, cut=len(reply.body) // 2)), "connection broke"),
    "an archive cut short": (_ever(lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2])), "cut short"),
    "half of the rows": (_ever(lambda reply: replace(reply, body=_half(reply.body))), "do not follow one another"),
    "a renamed column": (
        _edited(lambda played: with_heading(played.today, played.renamed, f"{played.renamed}_NEW")), "",
    ),
    "a new symbol": (_edited(lambda played: with_value(played.today, *played.symbol)), ""),
    "Latin-1": (
        _edited(lambda played: with_value(played.today, played.text, "Ynys Môn"), Wire(encoding="latin-1")), "",
    ),
    "fewer areas": (_edited(lambda played: with_fewer_areas(played.today, played.area)), " where "),
    "no longer there": (_ever(lambda reply: Reply(b"gone", 404)), "404"),
}  # fmt: skip


def _half(body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: max(2, len(lines) // 2)])


# The publishers ------------------------------------------------------------------------------------------------------

_ONLY_ARCHIVES = frozenset({"an archive cut short"})
_ONLY_NOMIS = frozenset({"half of the rows"})


def _rows_of(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [list(row) for row in csv.reader(file)]


def _police(tables: Tables, wire: Wire) -> Script:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, table in tables.items():
            file.writestr(zipfile.ZipInfo(f"{name[:7]}/{name}"), wire.csv(table))
    return lambda asked: Reply(archive.getvalue(), headers={"Content-Type": "application/zip"})


def street_table(month: str, counts: Mapping[str, int]) -> Table:
    """A street file of one month: so many burglaries by published small area."""
    force = "Devon & Cornwall Police"
    place = ["-4.15", "50.37", "On or near High Street"]
    return [
        list(HEADER),
        *(["", month, force, force, *place, code, "", "Burglary", "", ""] for code, n in counts.items() for _ in range(n)),
    ]  # fmt: skip


def _street(month: str, counts: Mapping[str, int]) -> dict[str, Table]:
    return {f"{month}-devon-and-cornwall-street.csv": street_table(month, counts)}


def numbered(table: Table) -> Table:
    """The rows with RECORD_OFFSET and RECORD_COUNT, as Nomis numbers them."""
    return [
        [*table[0], "RECORD_OFFSET", "RECORD_COUNT"],
        *([*row, str(number), str(len(table) - 1)] for number, row in enumerate(table[1:])),
    ]


def _nomis(tables: Tables, wire: Wire) -> Script:
    (table,) = tables.values()
    body = wire.csv(numbered(table))

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("TYPE.def.sdmx.json"):
            return Reply(b'"TYPE298"' if "NM_162" in asked.path else b'"TYPE151"')
        return Reply(body, headers={"Content-Type": "text/csv"})

    return answer


def _is_nomis_data(asked: Asked) -> bool:
    return asked.path.endswith(".data.csv")


def claimants_table(months: Mapping[str, Mapping[str, int]]) -> Table:
    """Claimants by month and small area of 2011."""
    return [
        ["DATE", "GEOGRAPHY_CODE", "GENDER", "AGE", "MEASURE", "MEASURES", "OBS_VALUE", "OBS_STATUS", "NOTE"],
        *([month, code, "0", "0", "1", "20100", str(n), "A", ""] for month, row in months.items() for code, n in row.items()),
    ]  # fmt: skip


def _residents_table(years: Mapping[str, Mapping[str, int]]) -> Table:
    names = {"200": "All Ages", "203": "Aged 16 to 64"}
    return [
        ["DATE", "GEOGRAPHY_CODE", "GENDER", "C_AGE", "C_AGE_NAME", "MEASURES", "OBS_VALUE", "OBS_STATUS", "NOTE"],
        *([year, code, "0", age, names[age], "20100", str(n if age == "200" else n - 300), "A", ""]
          for year, row in years.items() for code, n in row.items() for age in names),
    ]  # fmt: skip


def _deprivation(tables: Tables, wire: Wire) -> Script:
    return lambda asked: Reply(wire.csv(tables["2019" if "IoD2019" in asked.path else "2025"]))


def _portal(tables: Tables, wire: Wire) -> Script:
    outlines = json.loads((FIXTURES / "ons_geography" / "outlines_2011.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    services = {ons_geography.EXACT_SERVICE: "exact fit", ons_geography.WARD_SERVICE: "wards"}

    def answer(asked: Asked) -> Reply:
        name = services.get(asked.path.split("/")[1])
        features = outlines
        if name is not None:
            table = tables[name]
            features = [
                {"type": "Feature", "geometry": None, "properties": dict(zip(table[0], row, strict=True))} for row in table[1:]
            ]  # fmt: skip
        body = wire.json({"type": "FeatureCollection", "features": features})
        return Reply(body, headers={"Content-Type": "application/geo+json"})

    return answer


CRIMES = {"E01015153": 9, "E01015155": 12, "E01034851": 7, "E01034858": 30}
CLAIMANTS = {"E01015153": 45, "E01015155": 0, "E01018758": 30, "E01018775": 10, "E01018776": 5}
RESIDENTS = {"E01015153": 1818, "E01015155": 1870, "E01034851": 1233, "E01034852": 1617, "E01034858": 2299}
_OLD_RANKS = _rows_of(FIXTURES / "deprivation" / "file_7_2019.csv")
_NEW_RANKS = _rows_of(FIXTURES / "deprivation" / "file_7_2025.csv")
_EXACT, _WARDS = _rows_of(EXACT), _rows_of(WARDS)


def _renamed_ward(table: Table) -> Table:
    place = table[0].index("WD24NM")
    return [table[0], *([*row[:place], row[place].replace("Looe", "Looe and"), *row[place + 1 :]] for row in table[1:])]


PLAYED: tuple[Played, ...] = (
    Played(
        "police_uk", _street("2018-10", CRIMES), _street("2018-10", CRIMES) | _street("2018-11", CRIMES), _police,
        renamed="Crime type", symbol=("Crime type", "?"), text="Location", area="LSOA code", never=_ONLY_NOMIS,
    ),
    Played(
        "nomis_claimants", {"x": claimants_table({"2020-02": CLAIMANTS})},
        {"x": claimants_table({"2020-02": CLAIMANTS | {"E01015153": 50}, "2020-03": CLAIMANTS})}, _nomis,
        renamed="OBS_VALUE", symbol=("OBS_VALUE", ":"), text="NOTE", area="GEOGRAPHY_CODE", data=_is_nomis_data,
        never=_ONLY_ARCHIVES,
    ),
    Played(
        "ons_population", {"x": _residents_table({"2021": RESIDENTS})},
        {"x": _residents_table({"2021": RESIDENTS, "2022": RESIDENTS})}, _nomis,
        renamed="OBS_VALUE", symbol=("OBS_VALUE", ":"), text="NOTE", area="GEOGRAPHY_CODE", data=_is_nomis_data,
        never=_ONLY_ARCHIVES,
    ),
    Played(
        "deprivation", {"2019": _OLD_RANKS, "2025": _NEW_RANKS},
        {"2019": with_value({"x": _OLD_RANKS}, "LSOA name (2011)", "Renamed 001A")["x"], "2025": _NEW_RANKS},
        _deprivation, renamed="LSOA code (2021)", symbol=("Income Rank (where 1 is most deprived)", "*"),
        text="LSOA name (2021)", area="LSOA code (2021)", never=_ONLY_ARCHIVES | _ONLY_NOMIS,
    ),
    Played(
        "ons_geography", {"exact fit": _EXACT, "wards": _WARDS}, {"exact fit": _EXACT, "wards": _renamed_ward(_WARDS)},
        _portal, renamed="CHGIND", symbol=("CHGIND", "Z"), text="WD24NM", area="LSOA21CD",
        never=_ONLY_ARCHIVES | _ONLY_NOMIS,
    ),
)  # fmt: skip
