"""Which small area each postcode lies in, from the ONS Postcode Directory: a lookup, not an outcome."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from loaders.csv_table import AGAIN, absent
from loaders.large_csv import first_row, refuse_rows, stage, workspace
from loaders.one_by_one import refused
from loaders.raw import Given, find, given, what_of
from loaders.reading import Context, FileAccount, LookupFile, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from loaders.street_files import StreetFile, on_disk
from store.errors import OutcomesError, SourceChanged
from store.period import month_words
from store.postcodes import COLUMNS, PATTERN, POSTCODES
from store.source import Source

SOURCE = Source(
    name="postcodes",
    title="ONS Postcode Directory: postcodes and the small areas they lie in",
    publisher="Office for National Statistics, Open Geography portal",
    landing_page="https://geoportal.statistics.gov.uk/",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains OS data "
    "© Crown copyright and database right 2022. Contains Royal Mail data © Royal Mail copyright and database right 2022.",
    geography="Postcodes of England and Wales, in lower layer super output areas",
    frequency="Quarterly",
    caveats=(
        "A postcode is placed by one point; some of its addresses can lie in the next small area.",
        "Postcodes of Northern Ireland are left out, because their licence is not an open one.",
    ),
    format_evidence="documented header",
    address="https://www.arcgis.com/sharing/rest/",
)

# Columns are met under these names, in either case: before 2025, and since, when the names were made alike. The small
# areas of 2021 come first; older tables have those of 2011 only, and either lead to the same stable area.
_POSTCODE, _ENDED = "pcds", "doterm"
_SMALL_AREA = ("lsoa21cd", "lsoa21", "lsoa11cd", "lsoa11")
_WHOLE_COUNTRY = 0.99
_NORTHERN_IRELAND = "BT[0-9]"
_ELSEWHERE = {"S": "Scotland", "L": "the Channel Islands", "M": "the Isle of Man"}
_EDITION = re.compile(r"(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[_-]?(20)?(\d{2})(?!\d)", re.IGNORECASE)
# How the portal lists the directory; each edition is an item of its own.
_TITLE, _OWNER = "ONS Postcode Directory", "ONSGeography_data"
_ITEM_NAME = re.compile(r"ONSPD_[A-Z]{3}_\d{4}(_UK)?\.zip")
_ITEM_ID = re.compile(r"[0-9a-f]{32}")
_STORES = (
    "ago-item-storage.s3.amazonaws.com", "ago-item-storage.s3.us-east-1.amazonaws.com",
    "ago-item-storage.s3-external-1.amazonaws.com",
)  # fmt: skip
_LARGEST_LIST, _LARGEST = 5_000_000, 3_000_000_000


@dataclass(frozen=True, slots=True)
class Postcodes:
    """One file's postcodes: ``rows`` (``postcode, ended, code`` of England and Wales, indexed by line), how many rows
    the file has, how many of them lie elsewhere, by where, and the heading its small areas stand under."""

    rows: pd.DataFrame
    rows_read: int
    elsewhere: dict[str, int]
    column: str


def tidy(path: Path, name: str) -> Postcodes:
    """The postcodes of a table of the Office for National Statistics; SourceChanged where it is something else."""
    header = [heading.strip() for heading in first_row(path, name)]
    named = {heading.lower(): heading for heading in header}
    area = next((named[heading] for heading in _SMALL_AREA if heading in named), None)
    for wanted in (_POSTCODE, _ENDED):
        if wanted not in named:
            raise absent(pd.DataFrame(columns=header), wanted, name, {})
    if area is None or len(named) < len(header):
        raise absent(pd.DataFrame(columns=header), _SMALL_AREA[0], name, {})
    keep = {
        "postcode": f"upper(replace(\"{named[_POSTCODE]}\", ' ', ''))",
        "ended": f'trim("{named[_ENDED]}")',
        "code": f'trim("{area}")',
    }
    with workspace() as connection:
        rows_read = stage(connection, path, name, header, True, "given", keep)
        for test, column, what in (
            (f"NOT regexp_full_match(postcode, '{PATTERN}')", named[_POSTCODE], "something that is not a postcode"),
            ("NOT regexp_full_match(ended, '([0-9]{6})?')", named[_ENDED], "something that is not a month"),
            ("NOT regexp_full_match(code, '([A-Z][0-9]{8}|[0-9A-Z]{8})?')", area,
             "something that is not a small-area code"),
            ("line IN (SELECT unnest(list(line)[2:]) FROM given GROUP BY postcode HAVING count(*) > 1)",
             named[_POSTCODE], "a postcode twice"),
        ):  # fmt: skip
            refuse_rows(connection, "given", test, column, what, name)
        # A postcode of Northern Ireland stays out wherever its point may lie: the licence goes by the postcode.
        inside = f"regexp_full_match(code, '[EW]01[0-9]{{6}}') AND NOT regexp_matches(postcode, '^{_NORTHERN_IRELAND}')"
        rows = connection.execute(
            f"SELECT line, postcode, ended <> '' AS ended, code FROM given WHERE {inside} ORDER BY postcode"
        ).df()
        others = connection.execute(
            f"SELECT CASE WHEN regexp_matches(postcode, '^{_NORTHERN_IRELAND}') THEN 'N' "
            f"WHEN regexp_matches(code, '^[SLM]') THEN code[1] ELSE '' END AS place, count(*) FROM given "
            f"WHERE NOT ({inside}) GROUP BY place ORDER BY place"
        ).fetchall()
    names = {"N": "Northern Ireland", **_ELSEWHERE}
    elsewhere = {names.get(place, ""): int(count) for place, count in others}
    return Postcodes(rows.set_index("line"), rows_read, elsewhere, area)


def edition_of(name: str) -> str:
    """The month in a publisher's file name (``ONSPD_AUG_2026``, ``…_MAY22_…``) in words; says so where there is none."""
    found = _EDITION.search(name)
    if not found:
        return "date not known"
    month = "janfebmaraprmayjunjulaugsepoctnovdec".index(found[1].lower()) // 3 + 1
    return month_words(pd.Timestamp(2000 + int(found[3]), month, 1).date())


def table_of(rows: pd.DataFrame, context: Context, edition: str, covers: str) -> pd.DataFrame:
    """The table store.postcodes reads: ``postcode, stable, ended``, sorted, saying its edition and what it covers."""
    stable = rows["code"].map(context.placement.stable)
    table = rows.assign(stable=stable)[stable.notna()].sort_values("postcode", ignore_index=True)[list(COLUMNS)]
    table.attrs = {"edition": edition, "covers": covers}
    return table


def _members(path: Path) -> list[StreetFile]:
    """The CSV files at ``path`` that can be tables of postcodes: itself, or those in its archive."""
    if path.suffix.lower() != ".zip":
        return [StreetFile(path.name, path, "", "")]
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if re.search(r"(^|/)Data/.*\.csv$", name, re.IGNORECASE)]
    except (zipfile.BadZipFile, OSError):
        raise SourceChanged(
            "The archive cannot be opened: it is cut short, or not a zip", file=path.name, do="Download it again."
        ) from None
    # The archive holds every postcode twice: in one file, and in a folder of one file for each letter of the alphabet.
    whole = [name for name in inside if "multi_csv" not in name.lower()] or inside
    if not whole:
        raise SourceChanged("The archive has no CSV in its folder “Data”", file=path.name, do=AGAIN)
    return [StreetFile(name, path, name, "") for name in sorted(whole)]


def _read_one(file: Given, context: Context) -> tuple[Postcodes, FileAccount, tuple[Problem, ...]]:
    parts = []
    for member in _members(file.paths[0]):
        with on_disk(member) as path:
            parts.append(tidy(path, file.name))
    rows = pd.concat([part.rows for part in parts])
    elsewhere: dict[str, int] = {}
    for part in parts:
        for place, count in part.elsewhere.items():
            elsewhere[place] = elsewhere.get(place, 0) + count
    whole = Postcodes(rows, sum(part.rows_read for part in parts), elsewhere, parts[0].column)
    unknown = rows["code"][~rows["code"].isin(context.placement.stable.keys())]
    problems = unknown_codes(file.name, whole.column, unknown, context, "Import a newer ONS lookup.")
    refused_all = any(problem.level == "error" for problem in problems)
    account = FileAccount(
        file.name, file.sha256, edition_of(file.name), "England and Wales", whole.rows_read,
        len(rows) - len(unknown), sum(elsewhere.values()), len(unknown), 0, "refused" if refused_all else "loaded",
    )  # fmt: skip
    return whole, account, (*problems, *_left_out(file.name, whole))


def _left_out(name: str, found: Postcodes) -> tuple[Problem, ...]:
    told = [
        f"{count:,} {f'of {place}' if place else 'without a small area'}" for place, count in found.elsewhere.items()
    ]
    if not told:
        return ()
    return (
        Problem(
            "warning", name, found.column, (), f"Postcodes are left out: {', '.join(told)}",
            "Nothing; the project covers England and Wales.",
        ),
    )  # fmt: skip


def read(paths: Sequence[Path], context: Context) -> Reading:
    """The ONS Postcode Directory as the portal ships it (zip), or tables of postcodes as CSV: one lookup of them all."""
    files = [given([path], path.name, context.now) for path in _tables(find(paths, (".csv", ".zip")))]
    sha256 = files[0].sha256
    if len(files) > 1:
        sha256 = hashlib.sha256("\n".join(file.sha256 for file in files).encode()).hexdigest()
    held = [line for line in context.lookups.provenance if line["file"] == POSTCODES]
    if any(line["sha256"] == sha256 for line in held):
        return Reading((), tuple(_account(file, "unchanged") for file in files))
    read_in: list[pd.DataFrame] = []
    accounts: list[FileAccount] = []
    problems: list[Problem] = []
    for file in context.progress(files, "Reading postcodes", len(files)):
        try:
            found, account, said = _read_one(file, context)
        except OutcomesError as error:
            outcome = refused(file, error)
            accounts.append(outcome.account)
            problems += outcome.problems
            continue
        read_in.append(found.rows)
        accounts.append(account)
        problems += said
    if any(problem.level == "error" for problem in problems):
        return Reading((), tuple(accounts), tuple(problems))
    try:
        lookup = _lookup(read_in, files, sha256, held, context)
    except OutcomesError as error:
        problems.append(Problem.of(error, files[0].name))
        return Reading((), tuple(_account(file, "refused") for file in files), tuple(problems))
    return Reading((), tuple(accounts), tuple(problems), (lookup,))


def _account(file: Given, state: str) -> FileAccount:
    return FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, state)  # type: ignore[arg-type]


def _tables(paths: Sequence[Path]) -> list[Path]:
    """Of an unpacked archive only the whole table, not its lists of names nor the same rows again by letter."""
    whole = [path for path in paths if what_of(path) or path.name.upper().startswith("ONSPD_")]
    whole = [path for path in whole if path.parent.name.lower() != "multi_csv"] or whole
    return whole or list(paths)


def _lookup(
    read_in: Sequence[pd.DataFrame], files: Sequence[Given], sha256: str, held: Sequence[dict[str, str | int]],
    context: Context,
) -> LookupFile:  # fmt: skip
    name = files[0].name
    rows = pd.concat(read_in)
    if rows["postcode"].duplicated().any():
        raise SourceChanged(
            "A postcode is in two of the files", file=name, column=_POSTCODE, do="Import one edition at a time."
        )
    everywhere = set(context.placement.stable.values())
    edition = edition_of(name)
    reached = rows["code"].map(context.placement.stable).nunique()
    covers = "England and Wales" if reached >= _WHOLE_COUNTRY * len(everywhere) else "part of England and Wales"
    before = max((int(line.get("small_areas", 0)) for line in held), default=0)
    if reached < _WHOLE_COUNTRY * before or not reached:
        raise SourceChanged(
            f"The files have postcodes in {reached:,} small areas where the list in use has them in {before:,}",
            file=name, column="lsoa21cd", do="Import the whole directory: a list of part of the country would replace it.",
        )  # fmt: skip
    table = table_of(rows, context, edition, covers)
    more = f" and {len(files) - 1} more files" if len(files) > 1 else ""
    said: dict[str, str | int] = {
        "publisher_file": name + more, "sha256": sha256, "edition": edition, "rows": len(table), "small_areas": reached,
    }  # fmt: skip
    return LookupFile(POSTCODES, table, said)


def fetch(fetching: Fetching) -> list[Path]:
    """The newest edition of the directory among the portal's items; whole, because it ships in one archive."""
    listed = fetching.get(
        "search", what="postcode-directory-items", extension="json", largest=_LARGEST_LIST,
        params={"q": f'title:"{_TITLE}" AND owner:{_OWNER}', "f": "json", "num": "50", "sortField": "created",
                "sortOrder": "desc"},
    )  # fmt: skip
    try:
        items = [
            (int(item["created"]), str(item["id"]), str(item["name"]))
            for item in json.loads(listed.read_text(encoding="utf-8"))["results"]
            if item.get("owner") == _OWNER and _ITEM_NAME.fullmatch(str(item.get("name")))
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged("The portal's list of editions cannot be read", file=listed.name, do=AGAIN) from error
    if not items or not _ITEM_ID.fullmatch(max(items)[1]):
        raise SourceChanged(
            "The portal lists no edition of the directory", file=listed.name, column="name",
            do=f"Download it from {SOURCE.landing_page} and import the zip.",
        )  # fmt: skip
    _, number, name = max(items)
    what = name.removesuffix(".zip").lower().replace("_", "-")
    return [fetching.get(f"content/items/{number}/data", what=what, extension="zip", largest=_LARGEST, hosts=_STORES)]
