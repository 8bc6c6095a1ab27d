"""The one door: a question about a place goes in, a finding comes out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators import break_rules
from indicators.before_after import change
from indicators.comparison import Gap, detectable_percent, gap, ratio_of
from indicators.discovery import indicator
from indicators.exposure import held_months, monthly_residents
from indicators.finding import Compared, Finding, Level, Question, Ratio, Verdict
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.levels import level
from indicators.matching import FEWEST_UNITS
from indicators.panel import at_least
from indicators.plan import data_hash, plan_hash
from indicators.quarter_series import QuarterSeries, compared_series, plain_series
from indicators.units import Chosen, choose
from indicators.verdict import verdict
from indicators.weighted_baseline import WeightedBaseline
from indicators.windows import SHORTEST
from store import __version__
from store.database import Store
from store.errors import BadQuestion
from store.period import month_from_number, month_number, month_text
from store.schema import ALL_AGES, WORKING_AGE

Array = npt.NDArray[np.float64]

MEASURED_AT = {
    "stable": "in your neighbourhood",
    "school": "at your schools",
    "practice": "at your GP practices",
    "ward": "in your ward",
    "council": "council-wide (it cannot show your neighbourhood by itself)",
}
_BAD_YEAR = 1.15


@dataclass(frozen=True, slots=True)
class _Data:
    """The series behind one question, and where they come from."""

    panel: pd.DataFrame
    months: tuple[int, ...]
    ours: Array
    residents: Array
    held: int
    cells: tuple[tuple[str, str, str, str, str], ...]
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Studied:
    """A finding, and the series it was computed from (None where nothing is loaded)."""

    finding: Finding
    series: QuarterSeries | None


def study(store: Store, question: Question) -> Finding:
    """Answer one question from what is loaded. BadQuestion where it cannot be asked at all."""
    return study_all(store, [question])[0].finding


def study_all(store: Store, questions: Sequence[Question]) -> list[Studied]:
    """Answer several questions, reading what they share about their place only once."""
    grounds: dict[tuple[tuple[str, ...], str], Ground] = {}
    studied = []
    for question in questions:
        declared = indicator(question.indicator)
        _check(question)
        recorders = store.recorders(declared.measures)
        kind = recorders[0] if recorders else "police_force"
        ground = grounds.setdefault((question.members, kind), Ground(store, question.members, kind))
        studied.append(_Study(store, question, declared, ground).answer())
    return studied


def _check(question: Question) -> None:
    if not question.members or list(question.members) != sorted(set(question.members)):
        raise BadQuestion("The place's small areas must be sorted, each once", do="Sort them.")
    before, after = question.before, question.after
    if before and after and month_number(after.first) <= month_number(before.last):
        raise BadQuestion(
            f"The period after ({after}) starts before the period before ({before}) has ended",
            do="Let the later period start after the earlier one ends.",
        )


class _Study:
    """One question on its way to a finding."""

    def __init__(self, store: Store, question: Question, declared: Indicator, ground: Ground) -> None:
        self.store = store
        self.question = question
        self.declared = declared
        self.ground = ground

    def answer(self) -> Studied:
        missing = self._not_loaded()
        if missing:
            return Studied(self._without_comparison("Not loaded", (missing,), None, None, ()), None)
        data = self._data()
        before, after = self.question.before, self.question.after
        if before is None and after is None:
            return self._described(data, "no start date is known")
        if before is None or after is None:
            side = "before" if before is None else "after"
            return self._described(data, f"the data hold no whole year {side} the start")
        breaks = self.store.breaks(self.declared.measures, self.ground.authority, self.ground.country)
        ruling = break_rules.judge(
            breaks,
            before,
            after,
            same_authority=self.ground.kind != "country",
            without_breaks=self.question.without_breaks,
        )
        levels = [
            level(self.declared, span, data.months, data.ours, data.residents, ruling.dropped)
            for span in (before, after)
        ]
        said = self._caveats(data, levels)
        cannot = ruling.cannot or self._too_short(levels)
        if cannot:
            more = self._break_caveats(data, ruling, 0)
            return self._described(data, cannot, levels, (*more, *said))
        chosen = choose(self.ground, self.question, self.declared, data.panel)
        if chosen.cannot or len(chosen.units) < FEWEST_UNITS:
            why = chosen.cannot or (
                f"only {len(chosen.units)} similar places can be made here, and {FEWEST_UNITS} are needed"
            )
            more = self._break_caveats(data, ruling, 0)
            return self._described(data, why, levels, (*more, *said))
        return self._compared(data, levels, ruling, chosen, said)

    # The steps ---------------------------------------------------------------------------------------------------

    def _not_loaded(self) -> str:
        """How to load what is missing; empty when all measures are there."""
        coverage = self.store.coverage(self.declared.measures, self.ground.authority)
        held = set(coverage["measure"])
        absent = [name for name in self.declared.measures if name not in held]
        if not absent:
            return ""
        command = f"python -m loaders refresh {self.store.declared_source(absent[0]) or 'SOURCE'}"
        if len(absent) == len(self.declared.measures):
            return f"To load them, run: {command}"
        return f"{len(absent)} of its {len(self.declared.measures)} parts are missing. To load them, run: {command}"

    def _data(self) -> _Data:
        codes = sorted({*self.ground.pool.index, *self.question.members})
        panel = self.store.monthly(self.declared.measures, codes, self.ground.authority)
        months = tuple(int(month) for month in panel.columns)
        ours = panel.loc[list(self.question.members)].to_numpy(dtype=float).sum(axis=0)
        ages = WORKING_AGE if self.declared.kind == "stock" else ALL_AGES
        estimates = self.store.residents(self.question.members, ages)
        if self.declared.kind == "stock" and estimates.empty:
            estimates = self.store.residents(self.question.members, ALL_AGES)
        residents = monthly_residents(estimates, months).sum(axis=0)
        windows = [number for span in (self.question.before, self.question.after) if span for number in span.numbers]
        cells, sources = self._provenance()
        return _Data(panel, months, ours, residents, held_months(estimates, windows), cells, sources)

    def _provenance(self) -> tuple[tuple[tuple[str, str, str, str, str], ...], tuple[Mapping[str, str], ...]]:
        coverage = self.store.coverage(self.declared.measures, self.ground.authority)
        coverage = coverage[coverage["file_id"].notna()]
        files = self.store.files(sorted({int(number) for number in coverage["file_id"]})).set_index("file_id")
        cells = [
            (str(files.loc[file, "source"]), self.ground.authority, measure, month_text(month_from_number(month)),
             str(files.loc[file, "sha256"]))
            for measure, month, file in zip(coverage["measure"], coverage["month"], coverage["file_id"], strict=True)
        ]  # fmt: skip
        for table, source in (("population", "ons_population"), ("deprivation", "deprivation")):
            cells += [(source, "", table, year, sha256) for year, sha256 in self.store.files_of(table)]
        last = month_text(month_from_number(int(coverage["month"].max())))
        sources = tuple(
            {
                "name": str(row.source), "title": str(row.title), "publisher": str(row.publisher), "licence": str(row.licence),
                "attribution": str(row.attribution), "file": str(row.original_name), "sha256": str(row.sha256),
                "edition": str(row.edition), "fetched_on": f"{row.fetched_at:%Y-%m-%d}", "data_to": last,
                "origin": str(row.origin),
            }
            for row in files.itertuples()
        )  # fmt: skip
        return tuple(cells), sources

    def _too_short(self, levels: Sequence[Level]) -> str:
        for found, side in zip(levels, ("before", "after"), strict=True):
            if found.months_used < SHORTEST:
                return f"only {found.months_used} months {side} the start have data, and {SHORTEST} are needed"
        return ""

    def _caveats(self, data: _Data, levels: Sequence[Level]) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = []
        before, after = levels
        for found, side in ((before, "earlier"), (after, "later")):
            if found.months_missing:
                months = [
                    n
                    for n in found.window.numbers
                    if n not in data.months or not np.isfinite(data.ours[data.months.index(n)])
                ]
                said.append(
                    ("months-missing", f"{found.months_missing} of the {found.window.months} {side} months are missing or "
                     f"suspect ({break_rules.span_words(months)}); they are left out, never counted as zero.")
                )  # fmt: skip
        if after.window.months % 12 or before.window.months % 12:
            said.append(("seasons-differ", "The two periods do not hold the same months of the year."))
        if data.held:
            said.append(
                (
                    "residents-held",
                    "For months outside the population estimates the nearest estimate of residents is used.",
                )
            )
        bad = _bad_year(data, before)
        if bad:
            said.append(
                (
                    "bad-year",
                    "Numbers were unusually high just before the start. They often come down again by themselves.",
                )
            )
        said += [("about-the-indicator", sentence) for sentence in self.declared.caveats]
        return said

    def _break_caveats(self, data: _Data, ruling: break_rules.BreakRuling, units: int) -> list[tuple[str, str]]:
        assert self.question.before is not None
        assert self.question.after is not None
        windows = (self.question.before, self.question.after)
        said = []
        for item in ruling.shared:
            without = ruling.dropped | {*item.before, *item.after}
            kept = [level(self.declared, span, data.months, data.ours, data.residents, without) for span in windows]
            numbers = [f"{found.count:,.0f} in {found.months_used}" for found in kept if found.count is not None]
            words = f"Without those months: {numbers[0]} months, {numbers[1]}." if len(numbers) == 2 else ""
            said.append(break_rules.shared_caveat(item, *windows, units, words))
        if ruling.capped:
            said.append(break_rules.step_caveat(ruling))
        return said

    def _compared(
        self, data: _Data, levels: Sequence[Level], ruling: break_rules.BreakRuling, chosen: Chosen,
        said: Sequence[tuple[str, str]],
    ) -> Studied:  # fmt: skip
        assert self.question.before is not None
        assert self.question.after is not None
        windows = (self.question.before, self.question.after)
        found = gap(data.ours, chosen.counts, data.months, *windows, ruling.dropped)
        assert found.headline is not None
        assert found.equal_weights is not None
        detectable = detectable_percent(found.headline)
        words, because = verdict(found.before, ratio_of(found.headline), None, detectable, capped=ruling.capped)
        compared = Compared(
            areas=tuple((unit, chosen.names[unit]) for unit in chosen.units),
            unit_counts=tuple(zip(found.unit_before.tolist(), found.unit_after.tolist(), strict=True)),
            unit_gaps=_unit_gaps(found.headline),
            authority=self.ground.authority,
            ring=self.ground.ring,
            before_count=float(found.unit_before.sum()),
            after_count=float(found.unit_after.sum()),
            change_percent=found.units_change_percent,
            expected_after=found.headline.expected,
            headline=ratio_of(found.headline),
            placebo_at_least=found.headline.at_least,
            equal_weights=ratio_of(found.equal_weights),
            quarter_weights=tuple(float(weight) for weight in found.headline.weights),
            variogram=found.headline.variogram,
            balance=chosen.balance,
            widened=chosen.widened,
            left_out=tuple(chosen.left_out.items()),
        )
        more = self._break_caveats(data, ruling, len(chosen.units))
        finding = self._finding(
            data, words, because, levels, (*more, *chosen.caveats, *said), comparison=compared, detectable=detectable,
            sensitivity=self._sensitivity(data, found, ruling, chosen, detectable),
        )  # fmt: skip
        return Studied(finding, compared_series(data.ours, chosen.counts, data.months, found, self.question.before))

    def _sensitivity(
        self, data: _Data, main: Gap, ruling: break_rules.BreakRuling, chosen: Chosen, detectable: float
    ) -> tuple[Mapping[str, float | str | None], ...]:
        assert self.question.before is not None
        assert self.question.after is not None
        windows = (self.question.before, self.question.after)
        assert main.equal_weights is not None
        rows = [_row("all earlier months counted alike", main, ratio_of(main.equal_weights), detectable, ruling.capped)]
        if ruling.shared:
            months = {number for item in ruling.shared for number in (*item.before, *item.after)}
            rows.append(
                _answer("without break months", data, chosen.counts, windows, ruling.dropped | months, ruling.capped)
            )
        if self.question.comparison is None:
            wider = choose(self.ground, self.question, self.declared, data.panel, programmes=False)
            if wider.left_out.keys() != chosen.left_out.keys() and len(wider.units) >= FEWEST_UNITS:
                rows.append(
                    _answer(
                        "with places of other programmes put back",
                        data,
                        wider.counts,
                        windows,
                        ruling.dropped,
                        ruling.capped,
                    )
                )
        return tuple(rows)

    # The end -----------------------------------------------------------------------------------------------------

    def _described(
        self, data: _Data, why: str, levels: Sequence[Level | None] = (None, None), said: Iterable[tuple[str, str]] = ()
    ) -> Studied:
        """Counts and series without a comparison, and why there is none."""
        finding = self._without_comparison("Cannot be compared", (why,), levels[0], levels[1], said, data)
        return Studied(finding, plain_series(data.ours, data.months, self.question.before))

    def _without_comparison(
        self, words: Verdict, because: tuple[str, ...], before: Level | None, after: Level | None,
        said: Iterable[tuple[str, str]], data: _Data | None = None,
    ) -> Finding:  # fmt: skip
        return self._finding(data, words, because, (before, after), tuple(said))

    def _finding(
        self, data: _Data | None, words: Verdict, because: tuple[str, ...], levels: Sequence[Level | None],
        said: tuple[tuple[str, str], ...], *, comparison: Compared | None = None, detectable: float | None = None,
        sensitivity: tuple[Mapping[str, float | str | None], ...] = (),
    ) -> Finding:  # fmt: skip
        before, after = levels
        moved: tuple[float | None, float | None, float | None] = (None, None, None)
        if before and after and before.count is not None and after.count is not None:
            moved = _change(self.declared, before, after)
        cells = data_hash(data.cells if data else ())
        units = [codes for codes, _ in comparison.areas] if comparison else []
        return Finding(
            question=self.question,
            title=self.declared.title,
            unit=self.declared.unit,
            measured_at=MEASURED_AT[self.declared.smallest_area],
            better=self.declared.better,
            before=before,
            after=after,
            change_percent=moved[0],
            change_lower=moved[1],
            change_upper=moved[2],
            comparison=comparison,
            second_method=None,
            detectable_change_percent=detectable,
            verdict=words,
            verdict_because=because,
            caveats=said,
            sensitivity=sensitivity,
            sources=data.sources if data else (),
            plan_hash=plan_hash(self.question, units, cells),
            data_hash=cells,
            software_version=__version__,
        )


def _change(declared: Indicator, before: Level, after: Level) -> tuple[float | None, float | None, float | None]:
    """Percentage change a month with exact limits; a stock's change of level has none."""
    assert before.count is not None
    assert after.count is not None
    if declared.kind != "events":
        return (100 * (after.count / before.count - 1) if before.count else None, None, None)
    found = change(before.count, before.months_used, after.count, after.months_used)
    percent = [None if value is None or not math.isfinite(value) else 100 * value
               for value in (found.change, found.lower, found.upper)]  # fmt: skip
    return percent[0], percent[1], percent[2]


def _unit_gaps(result: WeightedBaseline) -> tuple[tuple[float, bool], ...]:
    """Each unit's own ratio, and whether its gap is at least as unusual for its size as the place's."""
    unusual = at_least(result.placebo_z, result.z)
    return tuple((math.exp(log), bool(flag)) for log, flag in zip(result.placebo_log, unusual, strict=True))


def _bad_year(data: _Data, before: Level) -> bool:
    """Whether the last 12 months before the start ran more than 15 % above all earlier months."""
    end = month_number(before.window.last)
    counted = {n: data.ours[i] for i, n in enumerate(data.months) if n <= end and np.isfinite(data.ours[i])}
    last = [value for n, value in counted.items() if n > end - 12]
    earlier = [value for n, value in counted.items() if n <= end - 12]
    if len(last) < SHORTEST or len(earlier) < SHORTEST or not sum(earlier):
        return False
    return bool(np.mean(last) > _BAD_YEAR * np.mean(earlier))


def _answer(
    name: str, data: _Data, units: Array, windows: tuple[object, object], dropped: Iterable[int], capped: str
) -> Mapping[str, float | str | None]:
    found = gap(data.ours, units, data.months, windows[0], windows[1], frozenset(dropped))  # type: ignore[arg-type]
    assert found.headline is not None
    return _row(name, found, ratio_of(found.headline), detectable_percent(found.headline), capped)


def _row(name: str, found: Gap, ratio: Ratio, detectable: float, capped: str) -> Mapping[str, float | str | None]:
    words, _ = verdict(found.before, ratio, None, detectable, capped=capped)
    return {
        "change": name, "before": found.before, "after": found.after, "before_months": found.months_before,
        "after_months": found.months_after, "ratio": ratio.ratio, "lower": ratio.lower, "upper": ratio.upper,
        "p": ratio.p, "areas": len(found.unit_before), "verdict": words,
    }  # fmt: skip
