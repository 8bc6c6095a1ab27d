"""From rows of the public health profiles to what the store takes: observations, coverage, areas and accounts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loaders.fingertips_indicators import COUNTRY, ENGLAND, LOWER, UPPER, Level, ProfileIndicator, measures_of
from loaders.fingertips_table import ProfileRows, read_rows
from loaders.one_by_one import Outcome, account_of, loaded_file
from loaders.raw import Given
from loaders.reading import Context, Problem
from loaders.stable_sums import unknown_codes
from store.contribution import AREA_COLUMNS, COVERAGE_COLUMNS, OBSERVATION_COLUMNS, Contribution
from store.period import Window, month_from_number, month_number, month_text, window
from store.source import Source

_OTHER_CODES = "The profiles name areas by codes of the statistics office and of the health service."
_HIDDEN = ("suppress", "disclosure")
_INHERITED = r"\b(?:combined|applied to)\b"
# Said beside figures that are whole all the same.
_HARMLESS = r"^aggregated from all known lower geography values$"


def read_profile_file(
    file: Given, context: Context, source: Source, indicators: Sequence[ProfileIndicator], elsewhere: str
) -> Outcome:
    """One file of the profiles as an outcome. Rows read and not used count as placed, and a warning says how many."""
    found = read_rows(file, indicators, context.now.date(), elsewhere)
    rows, name = found.rows, file.name
    problems = unknown_codes(name, "Area Code", found.unknown, context, _OTHER_CODES)
    if rows.empty:
        problems = (*problems, Problem(
            "error", name, "Area Code", (), "No row is of an area and an indicator used here" + _counted(found), elsewhere
        ))  # fmt: skip
    span = _span(rows)
    account = account_of(file, str(span or ""), ENGLAND, found.read, len(found.unknown), problems)
    if account.state == "refused" or span is None:
        return Outcome(None, account, problems)
    observations = observations_of(rows, indicators, context)
    if found.unused:
        problems = (*problems, Problem(
            "warning", name, None, (), f"{len(rows):,} of {found.read:,} rows are used" + _counted(found),
            "Nothing, if these are not needed.",
        ))  # fmt: skip
    areas = f"of {found.vintage}" if found.vintage else "not dated"
    contribution = Contribution(
        source,
        # Editions are ordered by their text: the newest councils first, then the newest figures.
        (loaded_file(file, account, f"areas {areas}, data to {month_text(span.last)}"),),
        measures_of(indicators),
        observations,
        coverage_of(observations),
        areas=areas_of(rows, context),
    )
    return Outcome(contribution, account, (*problems, *_notes(rows, name)))


def _counted(found: ProfileRows) -> str:
    parts = [f"{number:,} {why}" for why, number in found.unused.items()]
    return ("; not used: " + ", ".join(parts)) if parts else ""


def _span(rows: pd.DataFrame) -> Window | None:
    if rows.empty:
        return None
    last = max(
        month_number(day) + max(months, 1) - 1 for day, months in zip(rows["start"], rows["months"], strict=True)
    )
    return window(rows["start"].min().date(), month_from_number(last))


def _notes(rows: pd.DataFrame, name: str) -> tuple[Problem, ...]:
    """A warning for each note beside a figure that says it may not be whole."""
    unsure = rows[status_of(rows) == "low_reliability"]
    return tuple(
        Problem(
            "warning", name, "Value note", tuple(int(row) for row in part.index[:20]),
            f"{len(part):,} figures are marked as unsure: {note}", "They are kept with that mark.",
        )
        for note, part in unsure.groupby("note")
    )  # fmt: skip


def status_of(rows: pd.DataFrame) -> pd.Series:
    """What each row's figure is, by its note: observed, suppressed, missing, inherited or low_reliability."""
    note = rows["note"].str.casefold()
    given = rows["value"].notna() | rows["count"].notna()
    hidden = ~given & note.str.contains("|".join(_HIDDEN))
    inherited = given & note.str.contains(_INHERITED)
    unsure = given & ~inherited & (note != "") & ~note.str.contains(_HARMLESS)
    status = np.select(
        [hidden, ~given, inherited, unsure], ["suppressed", "missing", "inherited", "low_reliability"], "observed"
    )
    return pd.Series(status, index=rows.index)


def observations_of(rows: pd.DataFrame, indicators: Sequence[ProfileIndicator], context: Context) -> pd.DataFrame:
    """Observations (store.contribution, file 0) of ``rows`` as read_rows gives them."""
    parts, councils = [], _councils(context)
    for at, name in sorted(set(zip(rows["at"], rows["level"], strict=True))):
        group = rows[(rows["at"] == at) & (rows["level"] == name)]
        declared = indicators[at]
        level = next(item for item in declared.levels if item.name == name)
        former = ~group["code"].isin(councils) if level in (UPPER, LOWER) else pd.Series(False, index=group.index)
        parts.append(_figures(group, declared, level).assign(
            file=0, area_kind=level.kind,
            measure=former.map({True: declared.measure_of_former, False: declared.measure_at(level)}),
            authority_kind=former.map({True: "council", False: "country"}),
            authority=group["code"].where(former, ENGLAND),
        ))  # fmt: skip
    found = pd.concat(parts, ignore_index=True)[list(OBSERVATION_COLUMNS)]
    # A former unitary council may stand in both tiers of a file.
    return found.drop_duplicates(["area_code", "measure", "period_start", "period_months"], ignore_index=True)


def _figures(rows: pd.DataFrame, declared: ProfileIndicator, level: Level) -> pd.DataFrame:
    """Figures of one measure: counts where they are published, else the publisher's value with its 95 % limits.

    A suppressed count stands for the range hidden. Where every count of a period is a multiple of what counts are
    rounded to, each was up to half of that more or less; nought is nought, since small counts are hidden instead.
    """
    status, count, denominator = status_of(rows), rows["count"], rows["denominator"]
    counted = count.notna() & (denominator.notna() | (declared.kind != "proportion"))
    if declared.kind == "ratio":
        # Nobody has said whether people stand beside a standardised ratio, or the number expected.
        counted, denominator = count.isna() & count.notna(), denominator * np.nan
    valued = ~counted & rows["value"].notna()
    low, high = rows["low"].where(valued), rows["high"].where(valued)
    if declared.hides is not None:
        hidden = status == "suppressed"
        low, high = low.mask(hidden, declared.hides[0]), high.mask(hidden, declared.hides[1])
    if level is not COUNTRY and declared.rounded_to > 1:
        even = (count % declared.rounded_to).fillna(0) == 0
        whole = even.groupby([rows["start"], rows["months"]]).transform("all") & counted & (count > 0)
        half = declared.rounded_to // 2
        low, high = low.mask(whole, (count - half).clip(lower=0)), high.mask(whole, count + half)
        status = status.mask(whole & (status == "observed"), "rounded")
    return pd.DataFrame({
        "area_code": rows["code"], "period_start": rows["start"], "period_months": rows["months"],
        "numerator": count.where(counted), "denominator": denominator,
        "value": rows["value"].where(valued), "status": status, "low": low, "high": high,
    })  # fmt: skip


def coverage_of(observations: pd.DataFrame) -> pd.DataFrame:
    """Coverage (store.contribution): one row a slice, with the areas it has."""
    key = ["file", "measure", "authority_kind", "authority", "period_start", "period_months"]
    slices = observations.groupby(key, as_index=False).size().rename(columns={"size": "rows_placed"})
    return slices.assign(rows_unlocated=0)[list(COVERAGE_COLUMNS)]


def _councils(context: Context) -> set[str]:
    return {*context.lookups.wards["council"], *context.lookups.counties["county_code"]}


def areas_of(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Areas of ``rows`` that no lookup holds, in the columns of the store."""
    known = {*_councils(context), *context.lookups.wards["ward"], ENGLAND}
    kinds = {"upper": "council", "lower": "council", "middle": "msoa"}
    areas = rows[~rows["code"].isin(known)][["level", "code", "name"]]
    areas = areas.assign(
        kind=areas["level"].replace(kinds),
        name=areas["name"].str.replace(r" region(?: \(statistical\))?$", "", regex=True),
        country="England", longitude=np.nan, latitude=np.nan,
    )  # fmt: skip
    return areas.drop_duplicates(["kind", "code"]).sort_values(["kind", "code"])[list(AREA_COLUMNS)]
