"""One question on its way to an answer: what is loaded, what breaks, who is compared, and the gap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indicators import break_rules
from indicators.evidence import Evidence, gather
from indicators.finding import Level, Question, Verdict
from indicators.gaps import Gap, gap
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.interrupted_series import interrupted_counts
from indicators.levels import level
from indicators.matching import FEWEST_UNITS
from indicators.units import Chosen, choose, sums
from indicators.windows import SHORTEST
from store.database import Ends
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_text
from store.reported import reported

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question with everything computed for it, each part once and only when it is needed.

    ``ends`` says what suppressed counts are taken for.
    """

    question: Question
    declared: Indicator
    ground: Ground
    ends: Ends = "unknown"

    @cached_property
    def not_loaded(self) -> str:
        """How to load what is missing, or why it cannot be had; empty when all measures are there."""
        if self.ground.not_published:
            return self.ground.not_published
        held = reported(self.ground.store).held(self.declared.measures, self.ground.authority)
        absent = [name for name in self.declared.measures if name not in held]
        if not absent:
            return ""
        command = f"python -m loaders refresh {self.ground.store.declared_source(absent[0]) or 'SOURCE'}"
        if len(absent) == len(self.declared.measures):
            return f"To load them, run: {command}"
        return f"{len(absent)} of its {len(self.declared.measures)} parts are missing. To load them, run: {command}"

    @cached_property
    def evidence(self) -> Evidence:
        """The series and their provenance."""
        return gather(self.ground, self.question, self.declared, self.ends)

    @property
    def windows(self) -> tuple[Window, Window]:
        """Both windows, where there are both."""
        if self.question.before is None or self.question.after is None:
            raise BadQuestion("There is no before and after", do="Give a start.")
        return self.question.before, self.question.after

    @cached_property
    def ruling(self) -> break_rules.BreakRuling:
        """What recording breaks do to the windows."""
        breaks = self.ground.store.breaks(self.declared.measures, self.ground.authority, self.ground.country)
        return break_rules.judge(
            breaks,
            *self.windows,
            same_authority=self.ground.kind != "country",
            without_breaks=self.question.without_breaks,
        )

    @cached_property
    def levels(self) -> tuple[Level, Level]:
        """Counts and rates of both windows."""
        return self.levels_without(self.ruling.dropped)

    def levels_without(self, dropped: frozenset[int] | set[int]) -> tuple[Level, Level]:
        """Counts and rates of both windows with these months left out."""
        data = self.evidence
        before, after = (
            level(self.declared, span, data.months, data.ours, data.residents, dropped) for span in self.windows
        )
        return before, after

    @cached_property
    def chosen(self) -> Chosen:
        """The comparison units."""
        return choose(self.ground, self.question, self.declared, self.evidence.panel)

    @cached_property
    def obstacle(self) -> tuple[Verdict, str]:
        """Why there is no comparison – the verdict and the reason – or two empty strings where there is one.

        In the order of the ladder; nothing further down is computed once something stands in the way.
        """
        if self.obstacle_before_choosing[1]:
            return self.obstacle_before_choosing
        if self.chosen_obstacle:
            return "Cannot be compared", self.chosen_obstacle
        if isinstance(self._gap, BadQuestion):
            return cannot_be_compared(self._gap)
        return "We cannot tell", ""

    @cached_property
    def obstacle_before_choosing(self) -> tuple[Verdict, str]:
        """What stands in the way whoever is compared: what is loaded, the dates, and recording breaks."""
        if self.not_loaded:
            return "Not loaded", self.not_loaded
        before, after = self.question.before, self.question.after
        if before is None and after is None:
            return "Cannot be compared", "no start date is known"
        if before is None or after is None:
            return (
                "Cannot be compared",
                f"the data hold no whole year {'before' if before is None else 'after'} the start",
            )
        if not self.ground.home["comparable"].all():
            return "Cannot be compared", "its small areas were redrawn in 2021 in a way that leaves nothing in common"
        if self.ruling.cannot:
            return "Cannot be compared", self.ruling.cannot
        for found, side in zip(self.levels, ("before", "after"), strict=True):
            if self._clean_months(found) < SHORTEST:
                return (
                    "Cannot be compared",
                    f"only {found.months_used} months {side} the start have data, and {SHORTEST} are needed",
                )
        return "We cannot tell", ""

    def _clean_months(self, found: Level) -> int:
        """Months of a window that are used and lie in no recording break."""
        broken = {number for item in self.ruling.shared for number in (*item.before, *item.after)}
        missing = set(self.evidence.unusable(found.window))
        return len(set(found.window.numbers) - missing - self.ruling.dropped - broken)

    @cached_property
    def chosen_obstacle(self) -> str:
        """Why there are no comparison units; empty where there are enough."""
        if self.chosen.cannot:
            return self.chosen.cannot
        number = len(self.chosen.units)
        return (
            ""
            if number >= FEWEST_UNITS
            else f"only {number} similar places can be made here, and {FEWEST_UNITS} are needed"
        )

    @cached_property
    def _gap(self) -> Gap | BadQuestion:
        data = self.evidence
        try:
            return gap(
                data.ours, self.chosen.counts, data.months, *self.windows, self.ruling.dropped, self.people,
                stock=self.declared.kind == "stock",
            )  # fmt: skip
        except BadQuestion as error:
            return error

    @property
    def gap(self) -> Gap:
        """The place against its units; only where nothing stands in the way."""
        if isinstance(self._gap, BadQuestion):
            raise self._gap
        return self._gap

    @property
    def people(self) -> Array | None:
        """Residents by place (ours first) and month, the second method's exposure; None where any are unknown."""
        people = sums(self.ground.monthly_people(self.evidence.months), [self.question.members, *self.chosen.units])
        return people if np.isfinite(people).all() and (people > 0).all() else None

    def own_course(self) -> list[tuple[str, str]]:
        """(slug, sentence) on the place's own earlier course, where only places to compare with are wanting.

        Suggestive at most: what happened everywhere cannot be told from what happened here.
        """
        if (
            self.declared.kind != "events"
            or not self.obstacle[1]
            or self.obstacle[1] != self.__dict__.get("chosen_obstacle")
        ):
            return []
        data, (before, after) = self.evidence, self.windows
        inside = [
            index
            for index, number in enumerate(data.months)
            if (number <= before.numbers[-1] or number in after.numbers)
            and number not in self.ruling.dropped
            and np.isfinite(data.ours[index])
        ]
        try:
            found = interrupted_counts(
                data.ours[inside], data.residents[inside], [data.months[index] for index in inside], after.numbers[0]
            ).level
        except BadQuestion:
            return []
        sentence = (
            f"With nobody to compare with, its own earlier course is all there is: against that, the later count is "
            f"{_signed(found.ratio)} (range {_signed(found.lower)} to {_signed(found.upper)}). That is suggestive at most: what happened "
            "everywhere cannot be told from what happened here."
        )
        return [("own-course", sentence)]

    @property
    def p(self) -> float | None:
        """The headline's p, for the many-indicators rule; None where there is no comparison."""
        if self.obstacle[1]:
            return None
        headline = self.gap.headline
        return headline.p if headline else None

    def caveats(self) -> list[tuple[str, str]]:
        """(slug, sentence) of everything a reader should know about the counts."""
        said: list[tuple[str, str]] = []
        data, (before, after) = self.evidence, self.windows
        said += [("whole-of-split", f"{code} is part of a small area that was split or merged; all of it is used.")
                 for code in self.ground.half_taken(self.question.area)]  # fmt: skip
        for found, side in zip(self.levels, ("earlier", "later"), strict=True):
            if found.months_missing:
                months = data.unusable(found.window)
                verb = "is" if found.months_missing == 1 else "are"
                said.append(
                    ("months-missing", f"{found.months_missing} of the {found.window.months} {side} months {verb} missing or "
                     f"suspect ({_listed(months)}); left out, never counted as zero.")
                )  # fmt: skip
        if before.months % 12 or after.months % 12:
            said.append(("seasons-differ", "The two periods do not hold the same months of the year."))
        if data.all_ages:
            said.append(
                (
                    "all-ages",
                    "Residents by age are not loaded, so the rate is of residents of all ages, not of those 16 to 64.",
                )
            )
        if data.others:
            said.append(
                (
                    "other-forces",
                    f"{data.others:,.0f} records here and in similar places came from other police forces; they are counted.",
                )
            )
        if data.held:
            said.append(
                (
                    "residents-held",
                    "For months outside the population estimates the nearest estimate of residents is used.",
                )
            )
        if data.bad_year(before):
            said.append(
                (
                    "bad-year",
                    "Numbers were unusually high just before the start. They often come down again by themselves.",
                )
            )
        return [*said, *(("about-the-indicator", sentence) for sentence in self.declared.caveats)]

    def break_caveats(self, units: int) -> list[tuple[str, str]]:
        """(slug, sentence) of gaps that stay in, each with the counts without them, and of a step."""
        said = []
        for item in self.ruling.shared:
            kept = self.levels_without(self.ruling.dropped | {*item.before, *item.after})
            numbers = [f"{found.count:,.0f} in {found.months_used}" for found in kept if found.count is not None]
            words = f"Without those months: {numbers[0]} months, {numbers[1]}." if len(numbers) == 2 else ""
            said.append(break_rules.shared_caveat(item, *self.windows, units, words))
        if self.ruling.capped:
            said.append(break_rules.step_caveat(self.ruling))
        return said


def cannot_be_compared(error: BadQuestion) -> tuple[Verdict, str]:
    """The verdict where the comparison itself is refused, and the reason."""
    return "Cannot be compared", error.message[0].lower() + error.message[1:]


def _signed(ratio: float) -> str:
    """A ratio as a signed percentage, with a real minus."""
    return f"{100 * (ratio - 1):+.0f} %".replace("-", "−")


def _listed(months: list[int]) -> str:
    """Months in words: a span where they run on, else each by name."""
    if len(months) == months[-1] - months[0] + 1:
        return break_rules.span_words(months)
    return ", ".join(month_text(month_from_number(number)) for number in months)
