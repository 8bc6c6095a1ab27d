"""From rows of a data file to observations, and what became of the file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from loaders.csv_table import refuse
from loaders.explore_education_cells import ROUNDED_TO_NOUGHT, SYMBOLS, cells
from loaders.explore_education_formats import Column, Format
from loaders.explore_education_table import Rows, rows_of
from loaders.long_rows import ENGLAND, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file
from loaders.raw import Given
from loaders.reading import Context, FileAccount, Problem
from loaders.stable_sums import unknown_codes
from store.contribution import AREA_COLUMNS, Contribution
from store.period import month_from_number, month_number, month_text, window
from store.source import Source

_NAN = float("nan")
# How final an edition of a year is; a later word replaces an earlier one.
_VERSIONS = ("provisional", "revised", "final")
_CODES = "These are codes of no English region, council or school."


def outcome_of(file: Given, table: pd.DataFrame, declared: Format, source: Source, context: Context) -> Outcome:
    """The contribution, row account and problems of a file of this format."""
    rows = rows_of(table, declared, file.name, context.now)
    heading = declared.levels[declared.smallest][1]
    problems = (
        *unknown_codes(file.name, heading, rows.unknown, context, _CODES),
        *not_used(file.name, rows.unused),
    )
    last = max(
        month_number(first) + max(months, 1) - 1
        for first, months in zip(rows.used["period_start"], rows.used["period_months"], strict=True)
    )
    span = window(rows.used["period_start"].min().date(), month_from_number(last))
    account = account_of_rows(file, str(span), rows.read, len(rows.unlocated), len(rows.unknown), problems)
    if account.state == "refused":
        return Outcome(None, account, problems)
    observations, coverage = observations_of(rows, declared, file.name)
    loaded = loaded_file(file, account, month_text(span.last) + _version(rows.used))
    areas = areas_of(rows.used)
    return Outcome(
        Contribution(source, (loaded,), declared.measures, observations, coverage, areas=areas), account, problems
    )


def account_of_rows(
    file: Given, period: str, read: int, unlocated: int, unknown: int, problems: tuple[Problem, ...]
) -> FileAccount:
    """The row account of a file of England; rows that feed nothing count as placed, and a problem says how many."""
    state = "refused" if any(problem.level == "error" for problem in problems) else "loaded"
    return FileAccount(
        file.name, file.sha256, period, ENGLAND, read, read - unlocated - unknown, unlocated, unknown, 0,
        state,  # type: ignore[arg-type]
    )  # fmt: skip


def not_used(name: str, unused: Mapping[str, int]) -> tuple[Problem, ...]:
    """A warning that says how many rows of what kind were read and feed nothing; none where all do."""
    if not unused:
        return ()
    parts = ", ".join(f"{number:,} {what}" for what, number in unused.items())
    return (
        Problem(
            "warning", name, None, (), f"{sum(unused.values()):,} rows are read and not used: {parts}",
            "Nothing needs doing.",
        ),
    )  # fmt: skip


def areas_of(used: pd.DataFrame) -> pd.DataFrame:
    """Every area of these rows but England, under the name it has in the newest of them."""
    newest = used.sort_values("period_start", kind="stable").drop_duplicates(["kind", "code"], keep="last")
    others = newest[newest["kind"] != "country"].rename(columns={"area_name": "name"})
    areas = others[["kind", "code", "name"]].assign(country="England", longitude=_NAN, latitude=_NAN)
    return areas.sort_values(["kind", "code"], ignore_index=True)[list(AREA_COLUMNS)]


def observations_of(rows: Rows, declared: Format, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and coverage (store.contribution, file 0) of these rows, one measure a column and group."""
    observations, coverage = [], []
    for group, part in rows.used.groupby("group", sort=True):
        for column in declared.columns:
            measure = column.measure_of(str(group)).name
            figures = figures_of(part, column, name, declared.rounded)
            observations.append(long_rows_of(part, figures, measure))
            coverage.append(coverage_of(part, measure, rows.unlocated))
    return pd.concat(observations, ignore_index=True), pd.concat(coverage, ignore_index=True)


def long_rows_of(part: pd.DataFrame, figures: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Observations from ``part`` (``kind, code, period_start, period_months``) and its ``figures``."""
    names = {"kind": "area_kind", "code": "area_code"}
    keys = part[[*names, "period_start", "period_months"]].rename(columns=names)
    return observation_rows(keys.join(figures), measure=measure, authority=ENGLAND)


def coverage_of(part: pd.DataFrame, measure: str, unlocated: pd.DataFrame) -> pd.DataFrame:
    """One row of coverage a period of ``part``, with the rows ``unlocated`` in it."""
    key = ["period_start", "period_months"]
    placed = part.groupby(key).size().rename("rows_placed")
    nowhere = unlocated.groupby(key).size().reindex(placed.index, fill_value=0).rename("rows_unlocated")
    return coverage_rows(pd.concat([placed, nowhere], axis=1).reset_index(), measure=measure, authority=ENGLAND)


def figures_of(
    part: pd.DataFrame, column: Column, name: str, rounded: int = 1, symbols: Mapping[str, str] = SYMBOLS
) -> pd.DataFrame:
    """``numerator, denominator, value, status, low, high`` of one measure in every row of ``part``.

    The published value stands only where there are no counts. A count under a symbol is the range the symbol stands
    for; counts of regions and England that are ``rounded`` (to multiples of that) are ranges as well.
    """
    count, out_of, value = (
        cells(part, heading, name, most, symbols)
        if heading in part.columns
        else pd.DataFrame({"number": _NAN, "status": "missing"}, index=part.index)
        for heading, most in (
            (column.numerator, float("inf")), (column.denominator, float("inf")), (column.value, column.most),
        )
    )  # fmt: skip
    numerator, denominator = count["number"], out_of["number"]
    if column.kind == "proportion":
        refuse(part, numerator > denominator, column.numerator, "more of something than there are in all", name)
    counted = numerator.notna()
    status = count["status"].mask(~counted & value["number"].notna(), value["status"]) if column.numerator else value["status"]  # fmt: skip
    whole = counted & denominator.notna() if column.kind == "proportion" else counted
    figures = pd.DataFrame({
        "numerator": numerator, "denominator": denominator, "value": value["number"].mask(whole), "status": status,
        "low": _NAN, "high": _NAN,
    })  # fmt: skip
    if column.numerator:
        _add_ranges(figures, part, column, rounded, name)
    return figures


def _add_ranges(figures: pd.DataFrame, part: pd.DataFrame, column: Column, rounded: int, name: str) -> None:
    """Fill in the least and the most that hidden and rounded counts can stand for."""
    hidden = figures["status"] == "suppressed"
    figures.loc[hidden, "low"], figures.loc[hidden, "high"] = column.hidden
    if column.kind == "proportion":
        # What is hidden is never more than all there are; where the rule knows no upper end, that is the only one.
        figures.loc[hidden, "high"] = figures.loc[hidden, ["high", "denominator"]].min(axis=1)
    counted = figures["numerator"].notna()
    nought = counted & (figures["status"] == "rounded")
    figures.loc[nought, "low"], figures.loc[nought, "high"] = ROUNDED_TO_NOUGHT
    if rounded == 1:
        return
    above = counted & (figures["status"] == "observed") & part["kind"].isin(["region", "country"])
    numbers = figures["numerator"]
    refuse(part, above & (numbers % rounded != 0), column.numerator,
           f"counts of regions or England that are not rounded to {rounded}", name)  # fmt: skip
    figures.loc[above, "status"] = "rounded"
    figures.loc[above, "low"] = (numbers - rounded / 2).clip(lower=0)
    figures.loc[above, "high"] = numbers + rounded / 2


def _version(used: pd.DataFrame) -> str:
    """How final the newest year is, so that a provisional file never replaces a revised one of the same years."""
    if "version" not in used.columns:
        return ""
    newest = used[used["period_start"] == used["period_start"].max()]["version"].str.casefold()
    ranks = [_VERSIONS.index(word) + 1 for word in newest if word in _VERSIONS]
    return f" edition {max(ranks)}" if ranks else ""
