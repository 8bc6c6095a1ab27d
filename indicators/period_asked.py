"""A question about values published by year, term or day: at which unit they are held, and who can be compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators import break_rules
from indicators.exposure import monthly_residents
from indicators.finding import Level, Question, Verdict
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.local_indicators import MARK
from indicators.matching import FEWEST_UNITS
from indicators.period_levels import period_level
from indicators.published_series import PublishedSeries, series_of
from indicators.similar_providers import LEAST_OF_ITS_PEOPLE, no_schools, phases_to_match, similar_providers
from indicators.units import Chosen, choose
from indicators.value_gap import LogValues, ValueGap, count_logs, level_logs, share_logs, value_gap
from store.database import Ends
from store.errors import BadQuestion
from store.period import Window
from store.published_values import (
    Parent,
    names_of,
    parents_of,
    practices_of,
    published,
    share_of_its_patients,
)
from store.reported import reported
from store.school_phases import school_phases

Array = npt.NDArray[np.float64]

CONTEXT = {
    "council": "the figure is council-wide and cannot show your neighbourhood by itself",
    "ward": "the figure is for the whole ward, of which your neighbourhood is a part",
    "school": "the figure is for the schools named, and children here may go elsewhere",
    "practice": "most patients of these GP practices live elsewhere, so their figures are context",
    "place": "nobody else counts this in the same way",
}


@dataclass(frozen=True)
class PeriodAsked:
    """The question with everything computed for it, each part once and only when it is needed.

    ``ends`` says what suppressed counts are taken for.
    """

    question: Question
    declared: Indicator
    ground: Ground
    ends: Ends = "unknown"

    @cached_property
    def not_loaded(self) -> str:
        """How to load what is missing, or why it cannot be had; empty when all measures are there."""
        if self.ground.not_published and not self._is_local:
            return self.ground.not_published
        store = self.ground.store
        held = reported(store).held(self.declared.measures)
        absent = [name for name in self.declared.measures if name not in held]
        if not absent:
            return ""
        return f"To load them, run: python -m loaders refresh {store.declared_source(absent[0]) or 'SOURCE'}"

    @cached_property
    def parents(self) -> tuple[Parent, ...]:
        """The areas of the indicator's kind that stand for the place, with the share of its residents in each."""
        store, kind = self.ground.store, self.declared.smallest_area
        if kind == "stable":
            return tuple(Parent(code, code, 1.0) for code in self.question.members)
        if kind == "place":
            return (Parent(self.question.area, self.question.area, 1.0),)
        if kind == "school":
            named = [code for place in store.places if place.slug == self.question.area for code in place.schools]
            return tuple(Parent(code, code, 1.0) for code in named)
        if kind == "practice":
            return practices_of(store, self.question.members)
        # Both tiers of councils are there; the one that is reported on stands for the place.
        for parent in parents_of(store, self.question.members, kind):
            series = series_of(store, self.declared, kind, [parent.code])
            if np.isfinite(series.figures(self.declared.kind)).any():
                return (parent,)
        return ()

    @property
    def provider(self) -> bool:
        """Whether the figures are those of practices or schools, which are compared with their like."""
        return self.declared.smallest_area in ("practice", "school")

    @property
    def area_kind(self) -> str:
        """The kind of area the figures are held for: small areas in Scotland are Data Zones."""
        kind = self.declared.smallest_area
        return "data_zone" if kind == "stable" and self.ground.country == "Scotland" else kind

    @cached_property
    def parts(self) -> PublishedSeries:
        """The series of each of ``parents``."""
        codes = [parent.code for parent in self.parents]
        return series_of(self.ground.store, self.declared, self.area_kind, codes, self.ends)

    @cached_property
    def ours(self) -> PublishedSeries:
        """The place's own series: one row, its parts together."""
        return self.parts.of([[parent.code for parent in self.parents]])

    @property
    def windows(self) -> tuple[Window, Window]:
        """Both windows, where there are both."""
        if self.question.before is None or self.question.after is None:
            raise BadQuestion("There is no before and after", do="Give a start.")
        return self.question.before, self.question.after

    @cached_property
    def ruling(self) -> break_rules.BreakRuling:
        """What recording breaks do to the windows; months in a gap are left out, because whole years would hide them."""
        breaks = self.ground.store.breaks(self.declared.measures, self.ground.authority, self.ground.country)
        return break_rules.judge(breaks, *self.windows, same_authority=False, without_breaks=True)

    def used(self, window: Window) -> tuple[int, ...]:
        """Positions of the periods inside ``window`` that touch no month in a gap."""
        return tuple(
            at for at in self.parts.inside(window)
            if not self.ruling.dropped & set(range(self.parts.periods[at].first, self.parts.periods[at].last + 1))
        )  # fmt: skip

    @cached_property
    def residents(self) -> Array | None:
        """Residents of the place by period, for rates of events that come without a population; None where there is no
        such rate: the unit of a local indicator is that of its counts."""
        if self.declared.smallest_area != "stable" or self._is_local:
            return None
        ours = self.ground.residents.loc[list(self.question.members)]
        spans = [range(period.first, period.last + 1) for period in self.parts.periods]
        return np.array([monthly_residents(ours, list(months)).sum(axis=0).mean() for months in spans])

    @cached_property
    def levels(self) -> tuple[Level, Level]:
        """What was counted or measured in both windows."""
        return self.levels_without(())

    def levels_without(self, left_out: Collection[int]) -> tuple[Level, Level]:
        """The same without the periods at these positions."""
        used = [[at for at in self.used(window) if at not in left_out] for window in self.windows]
        before, after = (
            period_level(self.declared, window, self.ours, 0, positions, self.residents)
            for window, positions in zip(self.windows, used, strict=True)
        )
        return before, after

    @cached_property
    def obstacle(self) -> tuple[Verdict, str]:
        """Why there is no comparison – the verdict and the reason – or two empty words where there is one."""
        if self.not_loaded:
            return "Not loaded", self.not_loaded
        if not self.parents:
            return "Cannot be compared", self._no_parents
        if self.question.before is None or self.question.after is None:
            if self.question.before is None and self.question.after is None:
                return "Cannot be compared", "no start date is known"
            side = "before" if self.question.before is None else "after"
            return "Cannot be compared", f"the data hold no whole year {side} the start"
        for window, side in zip(self.windows, ("before", "after"), strict=True):
            if not self._known(window):
                return "Cannot be compared", self._nothing_in(window, side)
        if self.context:
            return "Cannot be compared", self.context
        if self.ruling.cannot:
            return "Cannot be compared", self.ruling.cannot
        if self.chosen.cannot:
            return "Cannot be compared", self.chosen.cannot
        if len(self.chosen.units) < FEWEST_UNITS:
            return (
                "Cannot be compared",
                f"only {len(self.chosen.units)} similar places have figures for every period, and {FEWEST_UNITS} are needed",
            )
        if isinstance(self._gap, BadQuestion):
            return "Cannot be compared", self._gap.message[0].lower() + self._gap.message[1:]
        return "We cannot tell", ""

    @property
    def _no_parents(self) -> str:
        return {
            "school": no_schools(self.ground.store, self.question.members),
            "practice": "it is not known which GP practices look after people here (python -m loaders refresh patients_by_area)",
            "stable": "it has no small areas",
        }.get(self.declared.smallest_area, "nothing is published for the area it lies in")

    def _nothing_in(self, window: Window, side: str) -> str:
        if self.parts.inside(window) and not self.used(window):
            return f"what was published of the months {side} the start touches a break in the recording"
        return f"no published period lies wholly in the months {side} the start"

    def _known(self, window: Window) -> bool:
        figures = self.ours.figures(self.declared.kind)
        return any(np.isfinite(figures[0, at]) for at in self.used(window))

    @cached_property
    def of_its_patients(self) -> Mapping[str, float]:
        """Of each practice's patients the share that lives here."""
        codes = [parent.code for parent in self.parents]
        return share_of_its_patients(self.ground.store, self.question.members, codes)

    @cached_property
    def context(self) -> str:
        """Why the figure is context and gets no neighbourhood verdict; empty where it stands for people here."""
        if self.declared.smallest_area == "practice":
            shares = [self.of_its_patients.get(parent.code, 0.0) for parent in self.parents]
            if min(shares) >= LEAST_OF_ITS_PEOPLE:
                return ""
        return CONTEXT.get(self.declared.smallest_area, "")

    @cached_property
    def compared_positions(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Periods compared: in each window those in which the place has a figure (or a suppressed one)."""
        before, after = (
            tuple(at for at in self.used(window) if self._has_figure(self.ours, at)[0]) for window in self.windows
        )
        return before, after

    def _has_figure(self, series: PublishedSeries, at: int) -> npt.NDArray[np.bool_]:
        return np.asarray(np.isfinite(series.figures(self.declared.kind)[:, at]))

    @cached_property
    def _phases(self) -> Mapping[str, str]:
        """The phase of every open school; of practices there is none."""
        return school_phases(self.ground.store) if self.declared.smallest_area == "school" else {}

    @property
    def same_phase(self) -> bool:
        """Whether the schools that are set beside ours are of the same phase."""
        return bool(phases_to_match([parent.code for parent in self.parents], self._phases))

    @cached_property
    def everywhere(self) -> PublishedSeries:
        """The series of every area of the indicator's kind: small areas of the pool and the place, or all providers."""
        if self.provider:
            found = published(self.ground.store, self.declared.measures, self.declared.smallest_area)
            every = sorted(set(found["code"]) | {parent.code for parent in self.parents})
            return series_of(self.ground.store, self.declared, self.declared.smallest_area, every, self.ends)
        codes = list(self.ground.codes)
        return series_of(self.ground.store, self.declared, self.area_kind, codes, self.ends)

    @cached_property
    def chosen(self) -> Chosen:
        """The comparison units: those of the project's rule that have a figure in every period used."""
        series = self.everywhere
        if self.provider:
            names = names_of(self.ground.store, self.declared.smallest_area, series.codes)
            own = {parent.code for parent in self.parents}
            figures = series.figures(self.declared.kind)
            return similar_providers(series, own, figures, *self.compared_positions, names, self._phases)
        positions = [at for side in self.compared_positions for at in side]
        whole: npt.NDArray[np.bool_] = np.asarray(
            np.array([self._has_figure(series, at) for at in positions]).all(axis=0)
        )
        kind = self.declared.kind
        values = series.figures(kind) / (1.0 if kind in ("events", "stock") else self.declared.per)
        # Places are matched on what was before the start.
        earlier = self.compared_positions[0]
        months = tuple(
            sorted(
                {number for at in earlier for number in range(series.periods[at].first, series.periods[at].last + 1)}
            )
        )
        people = self.ground.monthly_people(months).reindex(list(series.codes)).to_numpy(dtype=float)
        panel = np.full((len(series.codes), len(months)), np.nan)
        column = {number: index for index, number in enumerate(months)}
        for at in earlier:
            period = series.periods[at]
            inside = [column[number] for number in range(period.first, period.last + 1)]
            # A level is made a number of events of the same rate, so that places are matched on it as on a rate.
            spread = values[:, [at]] / len(inside) if kind == "events" else values[:, [at]]
            spread = spread if kind in ("events", "stock") else spread * people[:, inside] / 12
            panel[:, inside] = np.where(whole[:, None], spread, np.nan)
        table = pd.DataFrame(panel, index=list(series.codes), columns=list(months))
        found = choose(self.ground, self.question, self.declared, table)
        if self._is_local and kind in ("events", "stock"):
            # The first row is the rate before, and there is none.
            return replace(found, balance=found.balance[1:])
        return found

    @property
    def _is_local(self) -> bool:
        return self.declared.name.startswith(MARK)

    @cached_property
    def together(self) -> PublishedSeries:
        """The place (row 0) and its comparison units, one row each."""
        ours = tuple(parent.code for parent in self.parents)
        return self.everywhere.of([ours, *self.chosen.units])

    @cached_property
    def logs(self) -> LogValues:
        """The place and its units on the log scale, the periods used only."""
        return self.logs_without(())

    def logs_without(self, left_out: Collection[int]) -> LogValues:
        """The same without the periods at these positions."""
        before, after = ([at for at in side if at not in left_out] for side in self.compared_positions)
        at = [*before, *after]
        series = self.together
        if self.declared.kind in ("events", "stock"):
            return count_logs(series.numerator[:, at], self._exposure(at), len(before))
        if self.declared.kind == "proportion" and np.isfinite(series.numerator[:, at]).all():
            return share_logs(series.numerator[:, at], series.denominator[:, at], len(before))
        cases = series.denominator[:, at]
        known = bool((np.isfinite(cases) & (cases > 0)).all())
        with np.errstate(divide="ignore", invalid="ignore"):
            return level_logs(series.value[:, at], series.error[:, at], cases if known else None, len(before))

    def _exposure(self, at: list[int]) -> Array:
        """Person-years by place and period; ones where residents are not loaded."""
        units = [list(unit) for unit in (self.question.members, *self.chosen.units)]
        years = np.ones((len(units), len(at)))
        if self.provider:
            return years
        for column, position in enumerate(at):
            period = self.together.periods[position]
            months = tuple(range(period.first, period.last + 1))
            people = self.ground.monthly_people(months)
            years[:, column] = [people.loc[unit].to_numpy(dtype=float).sum() / 12 for unit in units]
        return years if np.isfinite(years).all() and (years > 0).all() else np.ones_like(years)

    @cached_property
    def _gap(self) -> ValueGap | BadQuestion:
        try:
            return value_gap(self.logs)
        except BadQuestion as error:
            return error

    @property
    def gap(self) -> ValueGap:
        """The place against its units; only where nothing stands in the way."""
        if isinstance(self._gap, BadQuestion):
            raise self._gap
        return self._gap

    @property
    def p(self) -> float | None:
        """The comparison's p, for the many-indicators rule; None where there is none."""
        return None if self.obstacle[1] else self.gap.p

    @property
    def hidden(self) -> int:
        """How many suppressed cells stand in the periods used: the place's own, and those of all it could be compared with."""
        return self._hidden_in(None)

    @property
    def hidden_used(self) -> int:
        """The same of the place and of those it is compared with."""
        units = self.chosen.units if self._dated and not self.obstacle[1] else ()
        return self._hidden_in({*(parent.code for parent in self.parents), *(code for unit in units for code in unit)})

    @property
    def _dated(self) -> bool:
        both = self.question.before is not None and self.question.after is not None
        return both and not self.not_loaded and bool(self.parents)

    def _hidden_in(self, codes: Collection[str] | None) -> int:
        if not self._dated:
            return 0
        series = self.everywhere if self.declared.smallest_area == "stable" else self.parts
        used = [at for window in self.windows for at in self.used(window)]
        hidden = series.hidden[:, used]
        if codes is not None:
            hidden = hidden[[code in codes for code in series.codes]]
        return int(hidden.sum())

    def about_parents(self) -> list[tuple[str, str]]:
        """(slug, sentence) naming the area a figure is for, where it is not the neighbourhood itself."""
        kind = self.declared.smallest_area
        if kind in ("stable", "place") or not self.parents:
            return []
        if kind == "practice":
            return [(f"practice-{at}", self._practice_words(parent)) for at, parent in enumerate(self.parents, start=1)]
        names = ", ".join(parent.name for parent in self.parents)
        return [("measured-in", f"The figure is for {names}.")]

    def _practice_words(self, parent: Parent) -> str:
        theirs = self.of_its_patients.get(parent.code)
        also = f"; {100 * theirs:.0f} % of its patients live here" if theirs is not None else ""
        return f"{100 * parent.share:.0f} % of people here are with {parent.name}{also}."
