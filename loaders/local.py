"""Figures a community brings itself: counts, shares and averages by area and period, from the template."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from loaders.local_declarations import MARK, RULES, known_indicators
from loaders.local_key import under_key
from loaders.local_people import look_for_people
from loaders.local_rows import LocalRow, RowChecker
from loaders.local_tables import Complaints, LocalTable, read_local_table
from loaders.local_template import COLUMNS
from loaders.one_by_one import Outcome, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Reading
from loaders.session import Fetching
from loaders.stable_sums import parts_of
from store.contribution import Contribution, LoadedFile, Measure
from store.database import open_store
from store.errors import BadQuestion, NoDatabase, OutcomesError, SourceChanged
from store.folder import data_folder
from store.period import window
from store.place import read_places
from store.place_areas import SCOTLAND, is_data_zone
from store.source import Source

SOURCE = Source(
    name="local",
    title="Local figures",
    publisher="The community itself, and services that count for it",
    landing_page="",
    licence="The community's own; kept on this machine",
    attribution="Figures counted or asked for by the community itself.",
    geography="The neighbourhood of an area file, or small areas",
    frequency="As the community counts",
    caveats=("Counted by people here, in their own way: what was counted stands beside each figure.",),
    format_evidence="documented header",
)
MEASURES = tuple(item.measure for item in known_indicators().values())
# A survey whose design effect nobody states; where everybody is counted there is none (docs/local.md).
SURVEY_DESIGN_EFFECT = 1.5
_ADDS_UP = ("events", "stock")


def _small_areas(context: Context) -> Callable[[str], str]:
    """Published code → the area it stands for; BadQuestion where it is only a part of one, or unknown."""
    parts = parts_of(context.lookups)
    whole = set(parts["code"][parts["parts"] == 1])

    def stands_for(code: str) -> str:
        if is_data_zone(code):
            return code
        stable = context.placement.stable.get(code)
        if stable is None:
            raise BadQuestion(
                "No lookup knows this small area", do="Use ONS codes of 2011 or 2021, or Data Zones of 2011."
            )
        if code not in whole:
            do = f"Use {stable}, the whole of it" if stable in whole else "Use the whole place instead"
            raise BadQuestion("This is only part of a small area that was split or merged", do=f"{do}.")
        return stable

    return stands_for


def _held_measures() -> dict[str, Measure]:
    """Local measures in the database in use, by name."""
    try:
        store = open_store(data_folder())
    except NoDatabase:
        return {}
    rows = store.rows("SELECT name, kind, unit FROM measure WHERE name LIKE ?", [f"{MARK}%"])
    return {row[0]: Measure(*row) for row in rows}


def _authority(row: LocalRow, context: Context) -> tuple[str, str]:
    """Who reports a figure: the place itself, for a small area its council, in Scotland the country.

    One council's small areas are replaced together, so a newer file never leaves half of an older one standing.
    """
    if row.area_kind == "place":
        return "place", row.area_code
    if row.area_kind == "data_zone":
        return "country", SCOTLAND[0]
    return "council", context.placement.council[row.area_code]


def design_effect(row: LocalRow) -> float:
    """The design effect given, else 1.5 for a survey and 1 for a service's own counts; NaN where it means nothing."""
    if row.indicator.kind not in ("out of", "mean"):
        return math.nan
    usual = SURVEY_DESIGN_EFFECT if row.indicator.survey or "people_asked" in row.numbers else 1.0
    return row.numbers.get("design_effect", usual)


def _limits(row: LocalRow) -> tuple[float, float]:
    """95 % limits of a mean by t, the number of answers divided by the design effect; NaN where no spread is given."""
    from scipy.special import stdtrit

    spread, answers = row.numbers.get("standard_deviation"), row.numbers.get("people_answered", 0.0)
    size = answers / design_effect(row)
    if spread is None or size <= 1:
        return math.nan, math.nan
    half = float(stdtrit(size - 1, 0.975)) * spread / math.sqrt(size)
    return row.numbers["value"] - half, row.numbers["value"] + half


def _observation(row: LocalRow, context: Context) -> dict[str, object]:
    kind, code = _authority(row, context)
    low, high = _limits(row) if row.indicator.kind == "mean" else (math.nan, math.nan)
    if row.hidden is not None:
        low, high = 0.0, row.hidden
    return {
        "file": 0, "area_kind": row.area_kind, "area_code": row.area_code, "measure": row.indicator.measure.name,
        "period_start": pd.Timestamp(row.start), "period_months": row.months,
        "numerator": row.numbers.get("count", math.nan),
        "denominator": row.numbers.get("out_of", row.numbers.get("people_answered", math.nan)),
        "value": row.numbers.get("value", math.nan), "status": "observed" if row.hidden is None else "suppressed",
        "low": low, "high": high, "authority_kind": kind, "authority": code,
    }  # fmt: skip


def _detail(row: LocalRow) -> dict[str, object]:
    numbers = row.numbers
    return {
        "file": 0, "area_kind": row.area_kind, "area_code": row.area_code, "measure": row.indicator.measure.name,
        "period_start": pd.Timestamp(row.start), "period_months": row.months, "title": row.indicator.title,
        "better": row.indicator.better, "rule": RULES[row.indicator.about], "provider": row.source, "note": row.note,
        "standard_deviation": numbers.get("standard_deviation", math.nan),
        "people_answered": numbers.get("people_answered", math.nan),
        "people_asked": numbers.get("people_asked", math.nan),
        "design_effect": design_effect(row),
    }  # fmt: skip


def _unknown_elsewhere(observations: pd.DataFrame, adding: set[str], context: Context) -> pd.DataFrame:
    """Rows that say “not known” for a council's other small areas: a reported period would make them noughts."""
    ours = observations[(observations["authority_kind"] == "council") & observations["measure"].isin(adding)]
    slices = ours[["measure", "period_start", "period_months", "authority"]].drop_duplicates()
    everywhere = pd.DataFrame(context.placement.council.items(), columns=["area_code", "authority"])
    grid = slices.merge(everywhere, on="authority").merge(
        ours[["measure", "period_start", "period_months", "area_code"]], how="left", indicator=True
    )
    missing = grid[grid["_merge"] == "left_only"].drop(columns="_merge")
    return missing.assign(
        file=0, area_kind="stable", authority_kind="council", status="missing", numerator=math.nan, denominator=math.nan,
        value=math.nan, low=math.nan, high=math.nan,
    )  # fmt: skip


def _contribution(rows: Sequence[LocalRow], file: Given, context: Context) -> Contribution:
    observations = pd.DataFrame([_observation(row, context) for row in rows])
    slices = observations.groupby(
        ["measure", "authority_kind", "authority", "period_start", "period_months"], as_index=False
    ).size()
    coverage = slices.rename(columns={"size": "rows_placed"}).assign(file=0, rows_unlocated=0)
    adding = {row.indicator.measure.name for row in rows if row.indicator.measure.kind in _ADDS_UP}
    unknown = _unknown_elsewhere(observations, adding, context)
    zones = sorted({row.area_code for row in rows if row.area_kind == "data_zone"})
    areas = pd.DataFrame(
        [("country", *SCOTLAND, SCOTLAND[1]), *(("data_zone", code, code, SCOTLAND[1]) for code in zones)]
        if zones
        else [],
        columns=["kind", "code", "name", "country"],
    ).assign(longitude=math.nan, latitude=math.nan)
    # Every file has the same edition, so the one imported last stands, whatever months it holds.
    loaded = LoadedFile(
        file.name, file.sha256, file.bytes, "", file.fetched_at, "local", "local", len(rows), len(rows),
    )  # fmt: skip
    return Contribution(
        SOURCE, (loaded,), tuple({row.indicator.measure.name: row.indicator.measure for row in rows}.values()),
        pd.concat([observations, unknown], ignore_index=True), coverage, areas=areas,
        details=pd.DataFrame([_detail(row) for row in rows]),
    )  # fmt: skip


def checked_rows(table: LocalTable, places: Sequence[str], complaints: Complaints, context: Context) -> list[LocalRow]:
    """The rows that are right; what is wrong goes to ``complaints``. SourceChanged where none is filled in.

    ``places`` are the names of area files that a row may speak of.
    """
    look_for_people(table, COLUMNS, complaints)
    if complaints.about_people:
        return []
    rows = RowChecker(
        complaints, tuple(places), _small_areas(context), _held_measures(), context.now.date()
    ).rows(table)  # fmt: skip
    if not rows and not complaints.problems():
        raise SourceChanged("No row of the template is filled in", file=complaints.file,
                            do="Fill in area, period and figure of at least one row.")  # fmt: skip
    return rows


def _read_one(file: Given, context: Context) -> Outcome:
    complaints = Complaints(file.name)
    table = read_local_table(file.paths[0], complaints)
    rows = checked_rows(table, [place.slug for place in read_places(data_folder().areas)], complaints, context)
    problems = complaints.problems()
    if problems:
        wrong = len(complaints.lines) or len(table.rows)
        account = FileAccount(
            file.name, file.sha256, "", "", len(table.rows), len(table.rows) - wrong, 0, wrong, 0, "refused"
        )
        return Outcome(None, account, problems)
    first, last = min(row.start for row in rows), max(row.start for row in rows)
    where = ", ".join(sorted({row.area_code for row in rows}))
    account = FileAccount(
        file.name, file.sha256, str(window(first, last)), where, len(rows), len(rows), 0, 0, 0, "loaded"
    )  # fmt: skip
    return Outcome(_contribution(rows, file, context), account)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Filled-in templates, as CSV or .xlsx; where any row is wrong the whole file is refused, and every mistake named."""
    found = [given([path], path.name, context.now) for path in find(paths, (".csv", ".xlsx"))]
    files = [under_key(file, data_folder().root) for file in found]
    return read_each(files, _read_one, context, "Reading local figures")


def fetch(fetching: Fetching) -> list[Path]:
    """Nothing: these figures are on nobody's site."""
    raise OutcomesError("Local figures cannot be fetched: the community brings them",
                        do="Import the filled-in template: python -m loaders import local FILE.")  # fmt: skip
