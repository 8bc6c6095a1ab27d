"""Patients of every general practice by the small area they live in (NHS England, quarterly)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from loaders.large_csv import refuse_rows, workspace
from loaders.long_rows import ENGLAND, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file, newest_members_only, read_each
from loaders.practices import PRACTICE_CODE, practice_areas
from loaders.raw import Given, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.release_page import PageMissing, links_on
from loaders.session import Fetching
from loaders.stable_sums import not_known, over_whole_country, parts_of, sum_over_parts, unknown_codes
from loaders.staged_csv import stage_columns
from loaders.street_files import StreetFile, find, on_disk
from store.contribution import MEMBER_COLUMNS, Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="patients_by_area",
    title="Patients registered at a general practice, by small area",
    publisher="NHS England",
    landing_page="https://digital.nhs.uk/data-and-information/publications/statistical/patients-registered-at-a-gp-practice",
    licence="Open Government Licence v3.0",
    attribution="Source: NHS England, Patients Registered at a GP Practice. Open Government Licence v3.0.",
    geography="General practices, and lower layer super output areas of 2011 or 2021, England",
    frequency="Quarterly, on the first day of January, April, July and October; about two weeks late",
    caveats=(
        "Lists hold more people than live here: some have moved away and are still on a list.",
        "People registered with a practice in Wales or Scotland are not in the file.",
        "Until late 2025 patients without a valid postcode are missing; since then they stand in a group of their own.",
    ),
    format_evidence="documented header",
    address="https://digital.nhs.uk/data-and-information/publications/statistical/patients-registered-at-a-gp-practice/",
)

PRACTICES, SMALL_AREAS = "registered-patients", "registered-patients-living-here"
MEASURES = (Measure(PRACTICES, "stock", "registered patients"), Measure(SMALL_AREAS, "stock", "registered patients"))
# Header seen as PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,Number of Patients with the row
# GP_PRAC_PAT_LIST,04JAN2021,A81001,THE DENSHAM SURGERY,E01011959,ALL,7 in a public project's notes on the files of 2020
# to 2025, and with NUMBER_OF_PATIENTS in scripts that read the files of 2021 to 2025; fields as on NHS Digital's page
# “Patients registered at a GP Practice Metadata”.
_COLUMNS = {
    "extracted": ("EXTRACT_DATE",),
    "practice": ("PRACTICE_CODE",),
    "practice_name": ("PRACTICE_NAME",),
    "code": ("LSOA_CODE",),
    "sex": ("SEX",),
    "patients": ("NUMBER_OF_PATIENTS", "Number of Patients"),
}
# Stand where a small area would: no postcode known (by edition), or a postcode that is no longer valid.
WITHOUT_AREA = ("NO2011", "NO2021", "CLOSED", "")
_ENGLISH, _ELSEWHERE = r"E01\d{6}", r"[WSN]\d{8}|95[A-Z0-9]{6,7}"
_DAY_FORMATS = ("%d%b%Y", "%Y-%m-%d")
_MEMBER = re.compile(r"gp-reg-pat-prac-lsoa[a-z0-9-]*\.csv", re.IGNORECASE)
_ONE_SEX = re.compile(r"(fe)?male\.csv$", re.IGNORECASE)
_ARCHIVE = r"gp-reg-pat-prac-lsoa.*\.zip$"
_FILES_HOST = "files.digital.nhs.uk"
_QUARTERS = {1: "january", 4: "april", 7: "july", 10: "october"}
_LARGEST = 200_000_000


def _check(connection: duckdb.DuckDBPyConnection, headings: dict[str, str], name: str) -> date:
    """Check every row of table ``patients_of``; returns the one day it was extracted."""
    known = ", ".join(f"'{code}'" for code in WITHOUT_AREA)
    for column, test, what in (
        ("sex", "sex <> 'ALL'", "rows of one sex only"),
        ("practice", f"NOT regexp_full_match(practice, '{PRACTICE_CODE}')", "something that is not a practice's code"),
        ("patients", "NOT regexp_full_match(patients, '\\d{1,9}')", "something that is not a number of patients"),
        ("code", f"NOT regexp_full_match(code, '{_ENGLISH}|{_ELSEWHERE}') AND code NOT IN ({known})",
         "something that is neither a small area nor a group the project knows"),
        ("code", "line IN (SELECT max(line) FROM patients_of GROUP BY practice, code HAVING count(*) > 1)",
         "a practice and small area twice"),
    ):  # fmt: skip
        refuse_rows(connection, "patients_of", test, headings[column], what, name)
    days = connection.execute("SELECT extracted, min(line) FROM patients_of GROUP BY ALL ORDER BY 2").fetchall()
    if len(days) > 1:
        raise SourceChanged(
            f"The file holds two days, {days[0][0]} and {days[1][0]}", file=name, column=headings["extracted"],
            rows=[days[1][1]], do="Import the files of each quarter as they were downloaded.",
        )  # fmt: skip
    return _day(days[0][0], headings["extracted"], name)


def _day(text: str, column: str, name: str) -> date:
    for form in _DAY_FORMATS:
        day = pd.to_datetime(text, format=form, errors="coerce")
        if not pd.isna(day):
            return day.date()
    raise SourceChanged(
        f"The file holds something that is not a day, such as “{text}”", file=name, column=column, rows=[2],
        do="Download it again; if the publisher has changed its format, this loader must be changed first.",
    )  # fmt: skip


def tidy(path: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame, date]:
    """Patients by practice and by practice and small area, and the day they were counted.

    The first has ``code, name, patients`` and how many ``lines`` a practice has, ``unlocated`` and ``elsewhere`` among
    them; the second ``practice, code, patients, line`` for English small areas.
    """
    known = ", ".join(f"'{code}'" for code in WITHOUT_AREA)
    with workspace() as connection:
        day = _check(connection, stage_columns(connection, path, name, _COLUMNS, "patients_of"), name)
        practices = connection.execute(
            "SELECT practice AS code, min(practice_name) AS name, sum(patients::BIGINT)::DOUBLE AS patients, "
            f"count(*) AS lines, count(*) FILTER (code IN ({known})) AS unlocated, "
            f"count(*) FILTER (regexp_full_match(code, '{_ELSEWHERE}')) AS elsewhere "
            "FROM patients_of GROUP BY practice ORDER BY practice"
        ).df()
        pairs = connection.execute(
            "SELECT practice, code, patients::DOUBLE AS patients, line FROM patients_of "
            f"WHERE regexp_full_match(code, '{_ENGLISH}') ORDER BY line"
        ).df()
    return practices, pairs, day


def living_here(pairs: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Patients by stable area (``code, numerator``, NaN where some part is not in the file), all of England."""
    by_code = pairs.groupby("code", as_index=False)["patients"].sum().assign(period=0)
    sums, partial = sum_over_parts(by_code, parts_of(context.lookups), ["period"], ["patients"])
    here = pd.concat([sums, partial]).rename(columns={"stable": "code", "patients": "numerator"})
    return over_whole_country(here, context, "period")[["code", "numerator"]]


def memberships(pairs: pd.DataFrame, here: pd.DataFrame, context: Context, day: date) -> pd.DataFrame:
    """Rows of MEMBER_COLUMNS: a practice and each stable area of its patients, with the share of that area's patients."""
    placed = pairs.assign(stable=pairs["code"].map(context.placement.stable))
    rows = placed.groupby(["practice", "stable"], as_index=False).agg(patients=("patients", "sum"))
    rows = rows.merge(here.dropna().rename(columns={"code": "stable"}), on="stable")
    rows = rows[(rows["patients"] > 0) & (rows["numerator"] > 0)]
    return pd.DataFrame({
        "parent_kind": "practice", "parent_code": rows["practice"], "member_kind": "stable", "member_code": rows["stable"],
        "relation": "patients", "share": rows["patients"] / rows["numerator"], "basis": f"patients registered on {day}",
    }, columns=list(MEMBER_COLUMNS))  # fmt: skip


def _read_one(file: Given, path: Path, context: Context) -> Outcome:
    practices, pairs, day = tidy(path, file.name)
    known = pairs["code"].isin(context.placement.stable.keys())
    unknown = pairs[~known].set_index("line")["code"]
    problems = unknown_codes(file.name, "LSOA_CODE", unknown, context, "Import a newer ONS lookup.")
    pairs = pairs[known]
    rows, unlocated, elsewhere = (int(practices[name].sum()) for name in ("lines", "unlocated", "elsewhere"))
    refused = any(problem.level == "error" for problem in problems)
    account = FileAccount(
        file.name, file.sha256, day.isoformat(), ENGLAND, rows, rows - unlocated - len(unknown), unlocated, len(unknown),
        0, "refused" if refused else "loaded",
    )  # fmt: skip
    if refused or pairs.empty:
        return Outcome(None, account, problems)
    if elsewhere:
        problems = (*problems, Problem(
            "warning", file.name, "LSOA_CODE", (),
            f"{elsewhere:,} rows are of patients living outside England; they count for their practice only",
            "Nothing: other practices of those areas are not in this file.",
        ))  # fmt: skip
    here = living_here(pairs, context)
    when = {"period_start": pd.Timestamp(day), "period_months": 0, "authority": ENGLAND}
    observations = pd.concat(
        [
            observation_rows(
                pd.DataFrame({"area_code": practices["code"], "numerator": practices["patients"]}),
                area_kind="practice", measure=PRACTICES, **when,
            ),
            observation_rows(
                pd.DataFrame({
                    "area_code": here["code"], "numerator": here["numerator"],
                    "status": here["numerator"].isna().map({True: "missing", False: "observed"}),
                }),
                area_kind="stable", measure=SMALL_AREAS, **when,
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    problems = (*problems, *not_known(observations, file.name, "LSOA_CODE"))
    coverage = coverage_rows(
        pd.DataFrame({"measure": [PRACTICES, SMALL_AREAS], "rows_placed": [account.rows_placed, len(pairs)]}),
        rows_unlocated=unlocated, **when,
    )  # fmt: skip
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, day.isoformat()),), MEASURES, observations, coverage,
        areas=practice_areas(practices), members=memberships(pairs, here, context, day),
    )  # fmt: skip
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Files of all patients, inside the quarterly archives or by themselves; those of one sex are left alone."""
    found = [item for path in paths for item in find(path)]
    ours = {f"{item.path.name}/{item.name}" if item.member else item.name: item for item in found
            if _MEMBER.fullmatch(Path(item.name).name) and not _ONE_SEX.search(item.name)}  # fmt: skip
    if not ours:
        raise SourceChanged(
            "There is no file of patients by small area here",
            file=", ".join(path.name for path in paths),
            do="Import gp-reg-pat-prac-lsoa-….zip of a January, April, July or October, or the …-all.csv inside it.",
        )
    files = [replace(given([item.path], name, context.now)) for name, item in ours.items()]

    def read_one(file: Given, inner: Context) -> Outcome:
        found_file: StreetFile = ours[file.name]
        with on_disk(found_file) as path:
            return _read_one(file, path, inner)

    return newest_members_only(read_each(files, read_one, context, "Reading patients by small area"))


def _quarters(first: date, last: date) -> list[date]:
    """The quarter days from ``first`` to ``last``, newest first."""
    days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in _QUARTERS]
    return [day for day in reversed(days) if first <= day <= last]


def _archive(fetching: Fetching, day: date) -> Path | None:
    """The archive of one quarter, found on its release page; None where there is no such page or archive yet."""
    release = f"{_QUARTERS[day.month]}-{day.year}"
    try:
        links = links_on(fetching, release, f"page-{release}", _ARCHIVE, (_FILES_HOST,))
    except PageMissing:
        return None
    # In 2025 there were two, by small areas of 2011 and of 2021.
    chosen = sorted(links, key=lambda link: "2011" in link)[:1]
    return fetching.get(chosen[0], what=f"patients-{release}", extension="zip", largest=_LARGEST) if chosen else None


def fetch(fetching: Fetching) -> list[Path]:
    """The newest quarter there is, or every quarter since the month asked for.

    Archives have no lasting address: they are found on each quarter's release page.
    """
    today = fetching.now.date()
    days = _quarters(fetching.since or date(today.year - 1, 1, 1), today)
    paths: list[Path] = []
    for day in days:
        archive = _archive(fetching, day)
        paths += [archive] if archive else []
        if paths and fetching.since is None:
            break
    if not paths:
        raise SourceChanged(
            "No release page links to an archive of patients by small area",
            file=fetching.address, do="Download it by hand; if the publisher has moved it, this loader must be changed.",
        )  # fmt: skip
    return paths
