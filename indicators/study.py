"""The one door: a question about a place goes in, a finding comes out."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indicators import sensitivity
from indicators.asked import Asked
from indicators.before_after import change
from indicators.both_ends import at_both_ends
from indicators.discovery import indicator
from indicators.finding import Compared, Finding, Level, Question, Ratio, Verdict
from indicators.gaps import Gap, detectable_percent, ratio_of, second_of
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.local_indicators import MARK, declared, in_periods, rule_of
from indicators.local_shown import as_shown
from indicators.many_indicators import surviving
from indicators.matching import FEWEST_UNITS
from indicators.panel import at_least
from indicators.period_asked import PeriodAsked
from indicators.period_study import MEASURED_AT, study_periods
from indicators.plan import data_hash, plan_hash
from indicators.quarter_series import QuarterSeries, added_months, compared_series, plain_series
from indicators.units import choose, sums
from indicators.verdict import too_few, verdict
from indicators.weighted_baseline import WeightedBaseline
from store import __version__
from store.database import Ends, Store
from store.errors import BadQuestion
from store.monthly_figures import read_ahead
from store.period import month_number
from store.read_once import ReadOnce


@dataclass(frozen=True, slots=True)
class Studied:
    """A finding, and the series it was computed from (None where nothing is loaded)."""

    finding: Finding
    series: QuarterSeries | None


def study(store: Store, question: Question) -> Finding:
    """Answer one question from what is loaded. BadQuestion where it cannot be asked at all."""
    return study_all(store, [question])[0].finding


def study_all(
    store: Store, questions: Sequence[Question], *, otherwise: Collection[Question] | None = None
) -> list[Studied]:
    """Answer several questions, reading what they share about their place only once.

    ``otherwise`` are those that are also asked in other ways (the sensitivity table, half of the time); None is all.
    """
    desk = _Desk(store, otherwise)
    desk.read_ahead(questions)
    return [desk.studied(question) for question in questions]


def _check(question: Question) -> None:
    if not question.members or list(question.members) != sorted(set(question.members)):
        raise BadQuestion("The place's small areas must be sorted, each once", do="Sort them.")
    before, after = question.before, question.after
    if before and after and month_number(after.first) <= month_number(before.last):
        raise BadQuestion(
            f"The period after ({after}) starts before the period before ({before}) has ended",
            do="Let the later period start after the earlier one ends.",
        )


class _Desk:
    """Questions asked together: places and families are worked out once."""

    def __init__(self, store: Store, otherwise: Collection[Question] | None = None) -> None:
        self.store = ReadOnce(store)
        self.otherwise = otherwise
        self.grounds: dict[tuple[tuple[str, ...], str], Ground] = {}
        self.questions: dict[tuple[Question, Ends], Asked] = {}
        self.periods: dict[tuple[Question, Ends], PeriodAsked] = {}

    def read_ahead(self, questions: Sequence[Question]) -> None:
        """Read the monthly counts of all outcomes that are compared on the same ground together."""
        together: dict[int, tuple[Ground, list[str]]] = {}
        for question in questions:
            found = declared(self.store, question.indicator)
            if question.before is None or question.after is None or in_periods(self.store, found):
                continue
            if not (asked := self.asked(question)).not_loaded:
                together.setdefault(id(asked.ground), (asked.ground, []))[1].extend(found.measures)
        for ground, measures in together.values():
            read_ahead(self.store, measures, ground.codes)

    def asked(self, question: Question, ends: Ends = "unknown") -> Asked:
        """The question with its ground, made once."""
        if (question, ends) not in self.questions:
            _check(question)
            found = indicator(question.indicator)
            recorders = self.store.recorders(found.measures)
            kind = recorders[0] if recorders else "police_force"
            ground = self.grounds.setdefault((question.members, kind), Ground(self.store, question.members, kind))
            self.questions[question, ends] = Asked(question, found, ground, ends)
        return self.questions[question, ends]

    def period_asked(self, question: Question, ends: Ends = "unknown") -> PeriodAsked:
        """A question about published periods with its ground, made once."""
        if (question, ends) not in self.periods:
            _check(question)
            ground = self.grounds.setdefault(
                (question.members, "country"), Ground(self.store, question.members, "country")
            )
            self.periods[question, ends] = PeriodAsked(question, declared(self.store, question.indicator), ground, ends)
        return self.periods[question, ends]

    def p_of(self, question: Question, ends: Ends = "unknown") -> float | None:
        """The comparison's p of a question, for the many-indicators rule; None where there is none."""
        if in_periods(self.store, declared(self.store, question.indicator)):
            return self.period_asked(question, ends).p
        return self.asked(question, ends).p

    def studied(self, question: Question) -> Studied:
        """The finding and its series; asked at both ends where figures are suppressed."""
        hidden = self._hidden(question)
        if not hidden:
            return self._studied(question, "unknown")
        low, high = (self._studied(question, end) for end in ("low", "high"))
        finding = at_both_ends(low.finding, high.finding, hidden)
        same = low if finding.comparison == low.finding.comparison else high
        return Studied(finding, same.series)

    def _also(self, question: Question) -> bool:
        """Whether the question is also asked in other ways."""
        return self.otherwise is None or question in self.otherwise

    def _hidden(self, question: Question) -> int:
        """How many suppressed figures lie in what the question uses."""
        if in_periods(self.store, declared(self.store, question.indicator)):
            if not self.period_asked(question).hidden:
                return 0
            # Anywhere in a country something is suppressed: what counts is the place and those it is compared with.
            return max(self.period_asked(question, end).hidden_used for end in ("low", "high"))
        asked = self.asked(question)
        if asked.not_loaded or question.before is None or question.after is None:
            return 0
        return asked.evidence.hidden

    def _studied(self, question: Question, ends: Ends) -> Studied:
        if in_periods(self.store, declared(self.store, question.indicator)):
            by_period = self.period_asked(question, ends)
            finding, series = study_periods(
                by_period, lambda: self._family(question, ends), otherwise=self._also(question)
            )
            if question.indicator.startswith(MARK):
                finding, series = as_shown(by_period, finding, series, rule_of(self.store, question.indicator))
            return Studied(finding, series)
        asked = self.asked(question, ends)
        words, reason = asked.obstacle
        if reason:
            return _described(asked, words, reason)
        return self._compared(asked)

    def _family(self, question: Question, ends: Ends) -> str:
        """Why the many-indicators rule forbids a finding; empty where it allows one.

        The indicators chosen beforehand are computed whole, whatever was asked (Benjamini & Hochberg at 10 %); one
        that was not chosen beforehand is described, never a finding, where others were chosen. ``ends`` are those the
        question itself was asked at.
        """
        family = question.family or (question.indicator,)
        if question.indicator not in family:
            return "it was not among the outcomes chosen beforehand, so it was found by looking"
        # Units named by hand belong to the one indicator; the others of the family keep the project's own rule.
        values = [
            self.p_of(question, ends)
            if name == question.indicator
            else self.p_of(replace(question, indicator=name, comparison=None))
            for name in family
        ]
        if surviving(values)[family.index(question.indicator)]:
            return ""
        return "it does not stand out among all the outcomes chosen beforehand"

    def _compared(self, asked: Asked) -> Studied:
        found, chosen, data = asked.gap, asked.chosen, asked.evidence
        assert found.headline is not None
        assert found.equal_weights is not None
        detectable, second = detectable_percent(found.headline), second_of(found.second)
        words, because = verdict(found.before, ratio_of(found.headline), second, detectable, capped=asked.ruling.capped)
        if words.startswith(("Fell", "Rose")) and (why := self._family(asked.question, asked.ends)):
            words, because = "We cannot tell", (why,)
        compared = Compared(
            areas=tuple((unit, chosen.names[unit]) for unit in chosen.units),
            unit_counts=tuple(zip(found.unit_before.tolist(), found.unit_after.tolist(), strict=True)),
            unit_gaps=_unit_gaps(found.headline),
            authority=asked.ground.authority,
            ring=asked.ground.ring,
            before_count=float(found.unit_before.sum()),
            after_count=float(found.unit_after.sum()),
            change_percent=found.units_change_percent,
            expected_after=found.expected_after or 0.0,
            headline=ratio_of(found.headline),
            placebo_at_least=found.headline.at_least,
            equal_weights=ratio_of(found.equal_weights),
            quarter_weights=tuple(float(weight) for weight in found.headline.weights),
            variogram=found.headline.variogram,
            balance=chosen.balance,
            widened=chosen.widened,
            left_out=tuple(chosen.left_out.items()),
        )
        finding = _finding(
            asked, words, because, asked.levels,
            (*asked.break_caveats(len(chosen.units)), *chosen.caveats, *asked.caveats()),
            comparison=compared, second=second, detectable=detectable, rows=_sensitivity(asked, found) if self._also(asked.question) else (),
        )  # fmt: skip
        each = added_months(asked.declared.kind)
        return Studied(
            finding, compared_series(data.ours / each, chosen.counts / each, data.months, found, asked.windows[0])
        )


def _described(asked: Asked, words: Verdict, reason: str) -> Studied:
    """Counts and series without a comparison, and why there is none."""
    if words == "Not loaded":
        return Studied(_finding(asked, words, (reason,), (None, None), ()), None)
    data, question = asked.evidence, asked.question
    levels: tuple[Level | None, Level | None] = (None, None)
    said: tuple[tuple[str, str], ...] = ()
    if question.before is not None and question.after is not None:
        levels = asked.levels
        said = (*asked.break_caveats(0), *asked.own_course(), *asked.caveats())
    finding = _finding(asked, words, (reason,), levels, said)
    return Studied(finding, plain_series(data.ours / added_months(asked.declared.kind), data.months, question.before))


def _sensitivity(asked: Asked, found: Gap) -> tuple[Mapping[str, float | str | None], ...]:
    data, chosen, question = asked.evidence, asked.chosen, asked.question
    setting = sensitivity.Setting(
        data.ours, chosen.counts, data.months, *asked.windows, asked.ruling.dropped, asked.declared.kind == "stock"
    )
    programmes_back = None
    if question.comparison is None:
        wider = choose(asked.ground, question, asked.declared, data.panel, programmes=False)
        if wider.left_out.keys() != chosen.left_out.keys() and len(wider.units) >= FEWEST_UNITS:
            programmes_back = wider.counts
    members = {code: sums(data.panel, [(code,)])[0] for code in question.members} if len(question.members) > 1 else {}
    ring = [code for code in asked.ground.ring if code in data.panel.index]
    rows = sensitivity.rows(
        setting, found,
        break_months={number for item in asked.ruling.shared for number in (*item.before, *item.after)},
        settling_in_months=question.settling_in_months, members=members,
        ring=sums(data.panel, [ring])[0] if ring else None, programmes_back=programmes_back,
        unit_names=tuple(chosen.names[unit] for unit in chosen.units),
    )  # fmt: skip
    return tuple({**item, "verdict": _verdict_of(item, asked.ruling.capped)} for item in rows)


def _verdict_of(item: Mapping[str, float | str | None], capped: str) -> Verdict:
    """The verdict of a sensitivity row: never a finding, because the second method is asked the main question only."""
    before, detectable = item["before"], item["detectable_change_percent"]
    ratio, lower, upper, p = (item[name] for name in ("ratio", "lower", "upper", "p"))
    assert isinstance(before, float) and isinstance(detectable, float)  # noqa: PT018 – one row, one kind
    if too_few(before, detectable):
        return "Too few events to tell"
    row = Ratio(*(float(value) for value in (ratio, lower, upper, p) if isinstance(value, float)))
    return verdict(before, row, None, detectable, capped=capped)[0]


def _finding(
    asked: Asked, words: Verdict, because: tuple[str, ...], levels: Sequence[Level | None],
    said: tuple[tuple[str, str], ...], *, comparison: Compared | None = None, second: Ratio | None = None,
    detectable: float | None = None, rows: tuple[Mapping[str, float | str | None], ...] = (),
) -> Finding:  # fmt: skip
    before, after = levels
    moved: tuple[float | None, float | None, float | None] = (None, None, None)
    if before and after and before.count is not None and after.count is not None:
        moved = _change(asked.declared, before, after)
    loaded = words != "Not loaded"
    cells = data_hash(asked.evidence.cells if loaded else ())
    units = [codes for codes, _ in comparison.areas] if comparison else []
    return Finding(
        question=asked.question,
        title=asked.declared.title,
        unit=asked.declared.unit,
        measured_at=MEASURED_AT[asked.declared.smallest_area],
        better=asked.declared.better,
        before=before,
        after=after,
        change_percent=moved[0],
        change_lower=moved[1],
        change_upper=moved[2],
        comparison=comparison,
        second_method=second,
        detectable_change_percent=detectable,
        verdict=words,
        verdict_because=because,
        caveats=said,
        sensitivity=rows,
        sources=asked.evidence.sources if loaded else (),
        plan_hash=plan_hash(asked.question, units, cells),
        data_hash=cells,
        software_version=__version__,
        kind=asked.declared.kind,
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
    return tuple((float(np.exp(log)), bool(flag)) for log, flag in zip(result.placebo_log, unusual, strict=True))
