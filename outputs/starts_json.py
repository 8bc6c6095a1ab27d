"""The band of a finding's starts, and the lasting shift of a place without one, as JSON: unknown is null."""

from __future__ import annotations

from typing import Any

from indicators.starts import StartAnswer, StartBand
from indicators.whole_series import WholeSeries
from outputs.finding_json import level_as_json
from outputs.json_numbers import rounded, whole
from store.period import month_text


def starts_as_json(band: StartBand | None) -> dict[str, Any] | None:
    """Every start's answer (``list``) and the ``band`` they make; None where there is one start or none."""
    if band is None:
        return None
    return {
        "list": [_answer(answer) for answer in band.answers],
        "band": {
            "main": month_text(band.main) if band.main else None,
            "main_verdict": band.verdict,
            "lowest": _end(band.lowest),
            "highest": _end(band.highest),
            "lower": rounded(band.lower, 3),
            "upper": rounded(band.upper, 3),
            "starts": len(band.answers),
            "another_verdict": band.otherwise,
        },
    }


def _answer(answer: StartAnswer) -> dict[str, Any]:
    ratio = answer.ratio
    return {
        "start": month_text(answer.start),
        "before": level_as_json(answer.before),
        "after": level_as_json(answer.after),
        "ratio": rounded(ratio.ratio, 3) if ratio else None,
        "lower": rounded(ratio.lower, 3) if ratio else None,
        "upper": rounded(ratio.upper, 3) if ratio else None,
        "verdict": answer.verdict,
        "verdict_because": list(answer.because),
    }


def _end(answer: StartAnswer | None) -> dict[str, Any] | None:
    if answer is None or answer.ratio is None:
        return None
    return {"start": month_text(answer.start), "ratio": rounded(answer.ratio.ratio, 3)}


def shift_as_json(found: WholeSeries | None) -> dict[str, Any] | None:
    """The largest lasting shift of a place without a start beside its similar places; None where a start is known."""
    if found is None:
        return None
    shift = found.shift
    if shift is None:
        return {"cannot": found.cannot}
    return {
        "from": month_text(shift.first),
        "to": month_text(shift.last),
        "ratio": rounded(shift.ratio, 3),
        "before": whole(shift.before),
        "after": whole(shift.after),
        "at_least": shift.at_least,
        "number": len(shift.units),
    }
