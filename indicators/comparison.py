"""The numerical front door, without a database: counts in a frame go in, a comparison comes out.

For researchers and tests. ``indicators.study`` uses the same computation (``indicators.gaps``).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators import verdict as ladder
from indicators.finding import Ratio, Verdict
from indicators.gaps import Gap, detectable_percent, gap, ratio_of, second_of
from indicators.indicator import Better
from indicators.matching import FEWEST_UNITS
from indicators.panel import FEWEST_PLACES, at_least
from indicators.quarters import blocks
from indicators.weighted_baseline import WeightedBaseline, weighted_baseline
from store.errors import BadQuestion
from store.period import Window, month_number, parse_month, window

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What ``compare`` found. Ratios are seen over expected (0.7 = 30 % fewer); limits are 95 %.

    ``areas`` are lists of row labels, in the order given; ``dropped`` are rows left out because they miss a month
    that is used. With fewer than 19 areas ``lower, upper, p, rank`` and ``detectable_change`` (a signed percentage)
    are None and the verdict is “Cannot be compared”; with fewer than three there is no ratio either.
    """

    before: float
    after: float
    expected: float | None
    ratio: float | None
    lower: float | None
    upper: float | None
    p: float | None
    rank: int | None
    areas: list[list[object]]
    dropped: list[object]
    second: Ratio | None
    detectable_change: float | None
    verdict: Verdict
    because: tuple[str, ...]
    too_few: bool
    better: Better
    units: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """One row a place, ours first: counts before and after, change in percent, ratio to its expected count, and
        whether its gap is at least as unusual for its size as ours."""
        return self.units.copy()


def compare(
    counts: pd.DataFrame,
    treated: Sequence[object],
    before: tuple[str, str],
    after: tuple[str, str],
    population: pd.Series | pd.DataFrame | None = None,
    units: Sequence[Sequence[object]] | None = None,
    better: Better = "lower",
) -> Comparison:
    """Compare the change of ``treated`` with that of other places.

    ``counts`` has one row a place and one column a month (a monthly PeriodIndex; NaN = missing). ``before`` and
    ``after`` are pairs of months, both included; columns earlier than ``before`` lengthen the baseline to at most 20
    quarters. Several treated rows are summed and need ``units``: the sets of as many rows each that stand for
    comparison places, exactly those and no others. Without ``units`` every other row is one. ``population`` (residents
    by row, or shaped like ``counts``) is the second method's exposure. Anything that makes no question is a
    BadQuestion, which is a ValueError too.
    """
    table, months = _checked(counts)
    spans = (_span(before), _span(after))
    if month_number(spans[1].first) <= month_number(spans[0].last):
        raise BadQuestion("The period after starts before the period before has ended", do="Let it start later.")
    if better not in ("lower", "higher", "neither"):
        raise BadQuestion(f"“{better}” is no direction", do="Use lower, higher or neither.")
    labels = list(counts.index)
    own, sets = _sets(labels, list(treated), units)
    row = {label: number for number, label in enumerate(labels)}
    ours = table[[row[label] for label in own]].sum(axis=0)
    if not np.isfinite(ours).any():
        raise BadQuestion("The place has no month with data", do="Check its row.")
    sums = (
        np.vstack([table[[row[label] for label in unit]].sum(axis=0) for unit in sets])
        if sets
        else np.empty((0, len(months)))
    )
    kept = _complete(ours, sums, months, spans)
    dropped = [label for number, unit in enumerate(sets) if not kept[number] for label in unit]
    areas = [unit for number, unit in enumerate(sets) if kept[number]]
    people = _people(population, counts, [own, *areas], row)
    return _answer(gap(ours, sums[kept], months, *spans, people=people), areas, dropped, own, better)


def _checked(counts: pd.DataFrame) -> tuple[Array, list[int]]:
    if not isinstance(counts, pd.DataFrame) or counts.empty:
        raise BadQuestion("The counts are not a table with rows and months", do="Pass a DataFrame.")
    if not isinstance(counts.columns, pd.PeriodIndex) or counts.columns.freqstr != "M":
        raise BadQuestion("The columns are not months", do="Use a monthly PeriodIndex as columns.")
    if counts.index.has_duplicates or counts.columns.has_duplicates or not counts.columns.is_monotonic_increasing:
        raise BadQuestion("Rows or months are twice or out of order", do="Give each once, months rising.")
    try:
        values = counts.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise BadQuestion("A count is not a number", do="Use numbers, and NaN for missing.") from error
    if np.isinf(values).any() or (values < 0).any():
        raise BadQuestion("A count is negative or infinite", do="Use counts of nought or more, and NaN for missing.")
    first, last = counts.columns[0], counts.columns[-1]
    whole = pd.period_range(first, last, freq="M")
    filled = np.full((len(counts), len(whole)), np.nan)
    filled[:, whole.get_indexer(counts.columns)] = values
    return filled, [month.year * 12 + month.month - 1 for month in whole]


def _span(months: tuple[str, str]) -> Window:
    try:
        first, last = months
    except (TypeError, ValueError) as error:
        raise BadQuestion("A period is not a pair of months", do='Write ("2018-08", "2020-07").') from error
    return window(parse_month(first), parse_month(last))


def _sets(
    labels: list[object], treated: list[object], units: Sequence[Sequence[object]] | None
) -> tuple[list[object], list[list[object]]]:
    known = set(labels)
    if not all(isinstance(label, Hashable) for label in treated):
        raise BadQuestion("The place is not named by labels of rows", do="Name rows of the table, each once.")
    if not treated or len(set(treated)) != len(treated) or not set(treated) <= known:
        raise BadQuestion("The place is not among the rows, or is named twice", do="Name rows of the table, each once.")
    if units is None:
        if len(treated) > 1:
            raise BadQuestion("Several rows make the place, so the comparison needs sets of as many", do="Pass units.")
        return treated, [[label] for label in labels if label not in treated]
    sets = [list(unit) for unit in units]
    flat = [label for unit in sets for label in unit]
    if len(set(flat)) != len(flat):
        raise BadQuestion("A row is in two comparison places, or twice in one", do="Use each row once.")
    if set(flat) & set(treated):
        raise BadQuestion("A comparison place holds a row of the place itself", do="Leave it out.")
    if not set(flat) <= known:
        raise BadQuestion("A comparison place names a row that is not there", do="Name rows of the table.")
    if any(len(unit) != len(treated) for unit in sets):
        raise BadQuestion("A comparison place has another number of rows than the place", do="Make them alike.")
    return treated, sets


def _complete(ours: Array, sums: Array, months: list[int], spans: tuple[Window, Window]) -> npt.NDArray[np.bool_]:
    """Which comparison places have every month that is used: the baseline's, and both windows' own."""
    usable = [bool(flag) for flag in np.isfinite(ours)]
    parts = blocks(months, usable, *spans)
    used = {index for block in (*parts.before, *parts.after) for index in block}
    for span in spans:
        used |= {index for index, number in enumerate(months) if number in span.numbers and usable[index]}
    whole: npt.NDArray[np.bool_] = np.all(np.isfinite(sums[:, sorted(used)]), axis=1)
    return whole


def _people(
    population: pd.Series | pd.DataFrame | None,
    counts: pd.DataFrame,
    places: list[list[object]],
    row: dict[object, int],
) -> Array | None:
    if population is None:
        return None
    if not isinstance(population, (pd.Series, pd.DataFrame)):
        raise BadQuestion("The population is no table", do="Pass a series or a frame with the rows of the counts.")
    if isinstance(population, pd.DataFrame) and not population.columns.equals(counts.columns):
        raise BadQuestion("The population's months are not those of the counts", do="Give it the same columns.")
    if not population.index.isin(list(row)).all() or not pd.Index(list(row)).isin(population.index).all():
        raise BadQuestion("The population's rows are not those of the counts", do="Give it the same rows.")
    values = population.reindex(list(row)).to_numpy(dtype=float)
    if isinstance(population, pd.DataFrame):
        whole = pd.period_range(counts.columns[0], counts.columns[-1], freq="M")
        filled = pd.DataFrame(values, columns=counts.columns).reindex(columns=whole).ffill(axis=1)
        values = filled.to_numpy(dtype=float)
    sums = np.stack([values[[row[label] for label in place]].sum(axis=0) for place in places])
    if not np.isfinite(sums).all() or (sums <= 0).any():
        raise BadQuestion("A population is missing or nought", do="Give each place its number of residents.")
    return sums


def _answer(
    found: Gap, areas: list[list[object]], dropped: list[object], own: list[object], better: Better
) -> Comparison:
    headline = found.headline
    words: Verdict = "Cannot be compared"
    because: tuple[str, ...] = (f"only {len(areas)} similar places, and {FEWEST_UNITS} are needed",)
    few: tuple[str, ...] = ()
    second = second_of(found.second)
    if headline is not None:
        few = ladder.too_few(found.before, detectable_percent(headline))
        words, because = ladder.verdict(found.before, ratio_of(headline), second, detectable_percent(headline))
    shown = headline or _ratio_only(found, len(areas))
    return Comparison(
        before=found.before,
        after=found.after,
        expected=shown.expected if shown else None,
        ratio=shown.ratio if shown else None,
        lower=headline.lower if headline else None,
        upper=headline.upper if headline else None,
        p=headline.p if headline else None,
        rank=headline.at_least if headline else None,
        areas=areas,
        dropped=dropped,
        second=second,
        detectable_change=detectable_percent(headline) if headline else None,
        verdict=words,
        because=because,
        too_few=bool(few),
        better=better,
        units=_table(found, shown, areas, own),
    )


def _ratio_only(found: Gap, areas: int) -> WeightedBaseline | None:
    """With three to eighteen places a ratio can be computed, but no limits are stated."""
    return weighted_baseline(found.counts, len(found.blocks.before)) if areas >= FEWEST_PLACES else None


def _table(found: Gap, shown: WeightedBaseline | None, areas: list[list[object]], own: list[object]) -> pd.DataFrame:
    names = [", ".join(str(label) for label in place) for place in [own, *areas]]
    before = np.concatenate([[found.before], found.unit_before])
    after = np.concatenate([[found.after], found.unit_after])
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.where(before > 0, 100 * ((after / found.months_after) / (before / found.months_before) - 1), np.nan)
    table = pd.DataFrame({"place": names, "before": before, "after": after, "change_percent": moved})
    table["ratio"] = np.concatenate([[shown.ratio], np.exp(shown.placebo_log)]) if shown else np.nan
    unusual = at_least(shown.placebo_z, shown.z) if shown else np.zeros(len(areas), dtype=bool)
    table["at_least_as_unusual"] = np.concatenate([[True], unusual])
    return table
