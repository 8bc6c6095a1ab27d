"""General practices as areas: no lookup of the project holds them, so whoever reports on them brings them along."""

from __future__ import annotations

import string

import pandas as pd

from store.contribution import AREA_COLUMNS

# The code of the NHS Organisation Data Service: a letter and five digits.
PRACTICE_CODE = r"[A-Z]\d{5}"
_INITIALS = {"Nhs": "NHS", "Gp": "GP", "Gps": "GPs", "Pms": "PMS", "Pcn": "PCN", "Cic": "CIC"}


def practice_name(published: str) -> str:
    """A practice's name in ordinary letters; the publisher prints capitals only."""
    return " ".join(_INITIALS.get(word, word) for word in string.capwords(published).split())


def practice_areas(practices: pd.DataFrame) -> pd.DataFrame:
    """Rows of AREA_COLUMNS for ``practices`` (``code, name``), one a code, ordered by code."""
    known = practices.sort_values(["code", "name"]).drop_duplicates("code")
    return known.assign(
        kind="practice", name=known["name"].map(practice_name), country="England",
        longitude=float("nan"), latitude=float("nan"),
    )[list(AREA_COLUMNS)].reset_index(drop=True)  # fmt: skip
