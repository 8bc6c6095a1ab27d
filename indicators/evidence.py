"""The series behind one question, and where every number of it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.exposure import held_months, monthly_residents
from indicators.finding import Question
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.provenance import Cell, files_read, with_last_month
from store.database import Ends, Store
from store.period import Window, month_from_number, month_number, month_text
from store.schema import ALL_AGES, WORKING_AGE

Array = npt.NDArray[np.float64]

_BAD_YEAR = 1.15
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """Monthly counts of the pool (``panel``, one row a small area) and of the place (``ours``), and its residents.

    ``held`` is how many of the windows' months lie outside the population estimates; ``all_ages`` that those by age are
    wanting; ``hidden`` how many of the windows' cells are suppressed; ``others`` how many events other authorities recorded in the pool. ``cells`` are what was read
    (source, authority, measure, period, sha256) and ``sources`` the files behind it.
    """

    panel: pd.DataFrame
    months: tuple[int, ...]
    ours: Array
    residents: Array
    held: int
    all_ages: bool
    others: float
    hidden: int
    cells: tuple[Cell, ...]
    sources: tuple[Mapping[str, str], ...]

    def unusable(self, window: Window) -> list[int]:
        """Months of a window that are missing or suspect."""
        position = {number: index for index, number in enumerate(self.months)}
        return [n for n in window.numbers if n not in position or not np.isfinite(self.ours[position[n]])]

    def bad_year(self, before: Window) -> bool:
        """Whether the last 12 months before the start ran more than 15 % above all earlier months."""
        end = month_number(before.last)
        counted = {n: self.ours[i] for i, n in enumerate(self.months) if n <= end and np.isfinite(self.ours[i])}
        last = [value for n, value in counted.items() if n > end - _YEAR]
        earlier = [value for n, value in counted.items() if n <= end - _YEAR]
        if len(last) < _YEAR or len(earlier) < _YEAR or not sum(earlier):
            return False
        return bool(np.mean(last) > _BAD_YEAR * np.mean(earlier))


def gather(ground: Ground, question: Question, declared: Indicator, ends: Ends = "unknown") -> Evidence:
    """Read everything one question needs; ``ends`` says what suppressed counts are taken for."""
    store = ground.store
    codes = list(ground.codes)
    panel = store.monthly(declared.measures, codes, ground.authority, ends)
    months = tuple(int(month) for month in panel.columns)
    ages = WORKING_AGE if declared.kind == "stock" else ALL_AGES
    estimates = store.residents(question.members, ages)
    all_ages = ages != ALL_AGES and not len(estimates.columns)
    if all_ages:
        estimates = store.residents(question.members, ALL_AGES)
    windows = [number for span in (question.before, question.after) if span for number in span.numbers]
    key = "evidence", declared.measures, ground.authority, ground.codes
    others, cells, sources = store.once(key, lambda: _provenance(store, declared.measures, ground.authority, codes))
    return Evidence(
        panel=panel,
        months=months,
        ours=panel.loc[list(question.members)].to_numpy(dtype=float).sum(axis=0),
        residents=monthly_residents(estimates, months).sum(axis=0),
        held=held_months(estimates, windows),
        all_ages=all_ages,
        others=others,
        hidden=store.suppressed(declared.measures, codes, windows),
        cells=cells,
        sources=sources,
    )


def _provenance(
    store: Store, measures: tuple[str, ...], authority: str, codes: Sequence[str]
) -> tuple[float, tuple[Cell, ...], tuple[Mapping[str, str], ...]]:
    """How many events other authorities recorded in ``codes``, what was read, and the files behind it."""
    others = store.other_reports(measures, codes, authority)
    coverage = store.coverage(measures, authority)
    coverage = coverage[coverage["file_id"].notna()]
    reported = coverage[["measure", "month", "file_id"]].assign(authority=authority)
    known = files_read(store, {int(number) for number in (*coverage["file_id"], *others["file_id"])})
    text = {month: month_text(month_from_number(month)) for month in {*coverage["month"], *others["month"]}}
    cells = [
        (known[file]["name"], by, measure, text[month], known[file]["sha256"])
        for rows in (reported, others)
        for by, measure, month, file in zip(
            rows["authority"], rows["measure"], rows["month"], rows["file_id"].to_numpy(dtype=int).tolist(), strict=True
        )
    ]
    for table, source in (("population", "ons_population"), ("deprivation", "deprivation")):
        cells += [(source, "", table, year, sha256) for year, sha256 in store.files_of(table)]
    last = month_text(month_from_number(int(coverage["month"].max())))
    return float(others["events"].sum()), tuple(cells), with_last_month(known, last)
