"""Events before and after in every small area at once: a count, nought where nothing happened, nothing where nobody reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from store.database import Store
from store.period import Window, month_from_number, month_number

# Whoever may report on an area: its police force, council or country. An authority that reports only on other things, or
# that is not the area's own, says nothing about its zeros.
_CHANGE = """
WITH reported AS (SELECT authority_id,
      count(*) FILTER (period_start BETWEEN $before_first AND $before_last) = $before_slices AS before,
      count(*) FILTER (period_start BETWEEN $after_first AND $after_last) = $after_slices AS after
    FROM coverage WHERE {is_measure} AND period_months = 1 AND state = 'reported' GROUP BY authority_id),
  home AS (SELECT member_id AS area_id, parent_id AS authority_id FROM area_member
      WHERE relation IN ('in_police_force', 'in_council')
    UNION ALL SELECT a.area_id, c.area_id FROM area a JOIN area c ON c.kind = 'country' AND c.name = a.country
      WHERE a.kind = 'stable'),
  known AS (SELECT area_id, bool_or(before) AS before, bool_or(after) AS after FROM home JOIN reported USING (authority_id)
    GROUP BY area_id),
  happened AS (SELECT area_id,
      sum(numerator) FILTER (period_start BETWEEN $before_first AND $before_last) AS before,
      sum(numerator) FILTER (period_start BETWEEN $after_first AND $after_last) AS after,
      count(*) FILTER (numerator IS NULL AND period_start BETWEEN $before_first AND $before_last) AS before_hidden,
      count(*) FILTER (numerator IS NULL AND period_start BETWEEN $after_first AND $after_last) AS after_hidden
    FROM observation WHERE {is_measure} AND period_months = 1
      AND period_start BETWEEN least($before_first, $after_first) AND greatest($before_last, $after_last) GROUP BY area_id)
SELECT a.code,
  CASE WHEN k.before AND coalesce(h.before_hidden, 0) = 0 THEN coalesce(h.before, 0) END AS before,
  CASE WHEN k.after AND coalesce(h.after_hidden, 0) = 0 THEN coalesce(h.after, 0) END AS after
FROM area a LEFT JOIN known k USING (area_id) LEFT JOIN happened h USING (area_id)
WHERE a.kind = 'stable' AND ($authority IS NULL
  OR a.area_id IN (SELECT home.area_id FROM home JOIN area u ON u.area_id = authority_id WHERE u.code = $authority))
ORDER BY a.code
"""


def change_by_area(
    store: Store, measures: Sequence[str], before: Window, after: Window, authority: str | None = None
) -> pd.DataFrame:
    """Events of ``measures`` together in two windows: one row a stable area (its code), columns ``before, after``.

    All areas, or those of one authority. A count is 0 where the area's own authority reported every measure in every
    month and no event is held, and NaN where a month is absent or suspect or a count is hidden: a plain difference of two
    sums would be empty wherever one window has no event, and 0 wherever nobody reported.
    """
    wanted = sorted(set(measures))
    spans = {"before": before, "after": after}
    values: dict[str, object] = {"authority": authority}
    for name, window in spans.items():
        values |= {
            f"{name}_first": window.first, f"{name}_last": _last_month(window), f"{name}_slices": len(wanted) * window.months,
        }  # fmt: skip
    return store.frame(_CHANGE.format(is_measure=store.is_measure("measure_id", wanted)), values).set_index("code")


def _last_month(window: Window) -> date:
    return month_from_number(month_number(window.first) + window.months - 1)
