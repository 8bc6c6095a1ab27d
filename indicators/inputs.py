"""The counts behind one comparison as plain tables, from which ``indicators.comparison.compare`` gets the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.asked import Asked
from indicators.finding import Finding
from indicators.ground import Ground
from indicators.local_indicators import declared, in_periods
from store.database import Store
from store.period import month_from_number, month_text


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What ``compare`` is given: ``counts`` and ``residents`` have one row a small area and one column a month (a monthly
    PeriodIndex; NaN where a month is missing, suspect or left out), ``treated`` are the place's rows, ``units`` the
    similar places.
    """

    counts: pd.DataFrame
    residents: pd.DataFrame | None
    treated: list[str]
    units: list[list[str]]


def inputs_of(store: Store, finding: Finding) -> Inputs | None:
    """The tables behind a finding's comparison; None where nothing is compared, or not by monthly events.

    Only published counts of small areas get here: what a community brought is compared in periods, and a suppressed cell
    would stand as missing, so a finding with one has no tables either.
    """
    question, compared = finding.question, finding.comparison
    item = declared(store, question.indicator)
    if compared is None or item.kind != "events" or in_periods(store, item):
        return None
    recorders = store.recorders(item.measures)
    asked = Asked(question, item, Ground(store, question.members, recorders[0] if recorders else "police_force"))
    if asked.evidence.hidden:
        return None
    units = [list(codes) for codes, _ in compared.areas]
    rows = [*question.members, *(code for unit in units for code in unit)]
    panel = asked.evidence.panel.loc[rows].astype(float)
    # A month that a recording break takes out is taken out for everybody.
    dropped = np.isin(np.asarray(asked.evidence.months), list(asked.ruling.dropped))
    panel = panel.mask(np.broadcast_to(dropped, panel.shape))
    people = asked.ground.monthly_people(asked.evidence.months).loc[rows] if asked.people is not None else None
    return Inputs(_by_month(panel), None if people is None else _by_month(people), list(question.members), units)


def _by_month(table: pd.DataFrame) -> pd.DataFrame:
    months = [month_text(month_from_number(int(str(number)))) for number in table.columns]
    return table.set_axis(pd.PeriodIndex(months, freq="M"), axis=1)
