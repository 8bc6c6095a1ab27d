"""Long rows as the store takes them, with everything a loader leaves out filled in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from store.areas import COUNTRIES
from store.contribution import COVERAGE_COLUMNS, OBSERVATION_COLUMNS

ENGLAND = COUNTRIES["E"][0]
_NUMBERS = ("numerator", "denominator", "value", "low", "high")


def authority_of(codes: pd.Series) -> pd.Series:
    """The country that counts in each area, by the first letter of its code."""
    return codes.str[0].map({letter: code for letter, (code, _) in COUNTRIES.items()})


def observation_rows(rows: pd.DataFrame, **fixed: object) -> pd.DataFrame:
    """``rows`` with all OBSERVATION_COLUMNS: those ``fixed``, numbers not given as NaN, file 0, counted by a country."""
    filled: dict[str, Any] = {"file": 0, "status": "observed", "authority_kind": "country", **fixed}
    filled |= {name: float("nan") for name in _NUMBERS if name not in rows and name not in fixed}
    return _filled(rows, filled)[list(OBSERVATION_COLUMNS)].reset_index(drop=True)


def coverage_rows(rows: pd.DataFrame, **fixed: object) -> pd.DataFrame:
    """``rows`` with all COVERAGE_COLUMNS: those ``fixed``, file 0, reported by a country, none without a place."""
    filled: dict[str, Any] = {"file": 0, "authority_kind": "country", "rows_unlocated": 0, **fixed}
    return _filled(rows, filled)[list(COVERAGE_COLUMNS)].reset_index(drop=True)


def _filled(rows: pd.DataFrame, filled: dict[str, Any]) -> pd.DataFrame:
    return rows.assign(**{name: value for name, value in filled.items() if name not in rows})
