"""Survey scales whose scoring is published: the four well-being questions of the ONS, and SWEMWBS scores.

Of the licensed scale only the scoring stands here, never its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ONS4_HIGHEST = 10


@dataclass(frozen=True, slots=True)
class Ons4Question:
    """One of the four questions, answered 0–10.

    ``bands`` are the ONS's own thresholds: name → (lowest, highest) answer, in order. ``poor`` and ``good`` name the band
    at the end that is bad and at the end that is good for people.
    """

    name: str
    bands: Mapping[str, tuple[int, int]]
    poor: str
    good: str


_BANDS: Mapping[str, tuple[int, int]] = {"low": (0, 4), "medium": (5, 6), "high": (7, 8), "very high": (9, 10)}
_ANXIETY_BANDS: Mapping[str, tuple[int, int]] = {"very low": (0, 1), "low": (2, 3), "medium": (4, 5), "high": (6, 10)}

# Office for National Statistics, Personal well-being user guide: thresholds. Anxiety keeps its scale: less of it is
# better, and its cut-offs are others. The four are never added up.
ONS4 = (
    Ons4Question("life-satisfaction", _BANDS, "low", "very high"),
    Ons4Question("worthwhile", _BANDS, "low", "very high"),
    Ons4Question("happiness", _BANDS, "low", "very high"),
    Ons4Question("anxiety", _ANXIETY_BANDS, "high", "very low"),
)

SWEMWBS_ITEMS = 7
SWEMWBS_ANSWERS = (1, 5)
# Stewart-Brown S, Tennant A, Tennant R, Platt S, Parkinson J, Weich S: Internal construct validity of the
# Warwick-Edinburgh Mental Well-being Scale (WEMWBS). Health and Quality of Life Outcomes 2009;7:15. A person's sum of
# the seven answers (7–35) → that person's metric score.
SWEMWBS_METRIC: Mapping[int, float] = {
    7: 7.00, 8: 9.51, 9: 11.25, 10: 12.40, 11: 13.33, 12: 14.08, 13: 14.75, 14: 15.32, 15: 15.84, 16: 16.36,
    17: 16.88, 18: 17.43, 19: 17.98, 20: 18.59, 21: 19.25, 22: 19.98, 23: 20.73, 24: 21.54, 25: 22.35, 26: 23.21,
    27: 24.11, 28: 25.03, 29: 26.02, 30: 27.03, 31: 28.13, 32: 29.31, 33: 30.70, 34: 32.55, 35: 35.00,
}  # fmt: skip
