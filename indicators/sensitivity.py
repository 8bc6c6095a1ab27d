"""The same question asked differently: does the answer hang on one choice?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indicators.gaps import Gap, detectable_percent, gap, ratio_of
from indicators.weighted_baselines import log_gaps_without_each
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number

Array = npt.NDArray[np.float64]
Row = Mapping[str, float | str | None]

# The group of the row about the areas that touch the place.
NEXT_DOOR = "Next door instead"
_SHORT_BASELINE = 12
_QUARTER = 3
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to ask: the place's months, the units' months (one row a unit), the windows and the months dropped."""

    ours: Array
    units: Array
    months: tuple[int, ...]
    before: Window
    after: Window
    dropped: frozenset[int]
    stock: bool = False


def row(change: str, group: str, found: Gap, *, equal: bool = False) -> Row:
    """One line of the table: what was changed, counts and months, and the ratio with its limits."""
    result = found.equal_weights if equal else found.headline
    assert result is not None
    ratio = ratio_of(result)
    return {
        "change": change, "group": group, "before": found.before, "after": found.after,
        "before_months": found.months_before, "after_months": found.months_after, "ratio": ratio.ratio,
        "lower": ratio.lower, "upper": ratio.upper, "p": ratio.p, "areas": len(found.unit_before),
        "detectable_change_percent": detectable_percent(result),
    }  # fmt: skip


def _ask(setting: Setting, **changed: object) -> Gap | None:
    """The gap with some of the setting changed; None where that makes no question."""
    values = {name: changed.get(name, getattr(setting, name)) for name in Setting.__slots__}
    most = changed.get("most")
    try:
        found = gap(**values, second_method=False, **({"most": most} if most else {}))  # type: ignore[arg-type]
    except BadQuestion:
        return None
    return found if found.headline is not None else None


def rows(
    setting: Setting,
    main: Gap,
    *,
    break_months: Collection[int],
    settling_in_months: int,
    members: Mapping[str, Array],
    ring: Array | None,
    programmes_back: Array | None,
    unit_names: tuple[str, ...],
) -> tuple[Row, ...]:
    """Every other way the question was asked; ways that make no question here are left out.

    ``break_months`` lie in gaps that all places share; ``members`` are the place's own small areas, to be counted one
    without the other; ``ring`` are the areas that touch the place; ``programmes_back`` are the units when places of
    other programmes may stand for “no programme”.
    """
    asked = [("all earlier months counted alike", "Earlier months", main, True)]
    asked += [(words, group, found, False) for words, group, found in _others(
        setting, main, break_months, settling_in_months, members, ring, programmes_back, unit_names
    ) if found is not None]  # fmt: skip
    return tuple(row(words, group, found, equal=equal) for words, group, found, equal in asked)


def _others(
    setting: Setting, main: Gap, break_months: Collection[int], settling_in_months: int, members: Mapping[str, Array],
    ring: Array | None, programmes_back: Array | None, unit_names: tuple[str, ...],
) -> Iterator[tuple[str, str, Gap | None]]:  # fmt: skip
    if len(main.blocks.before) > _SHORT_BASELINE:
        yield "only the last three years before", "Earlier months", _ask(setting, most=_SHORT_BASELINE)
    if break_months:
        yield "without break months", "Recording breaks", _ask(setting, dropped=setting.dropped | set(break_months))
    start = month_number(setting.before.last) + 1
    first = month_number(setting.after.first)
    if settling_in_months and first != start:
        yield "no settling-in time", "Other dates", _ask(setting, after=_moved(setting.after, start - first))
    yield "the later period three months later", "Other dates", _ask(setting, after=_moved(setting.after, _QUARTER))
    if programmes_back is not None:
        yield "with programme places put back", "Other places", _ask(setting, units=programmes_back)
    yield _most_telling(setting, main, unit_names)
    for code, counts in members.items():
        yield f"without {code}", "This place", _ask(setting, ours=setting.ours - counts)
    if ring is not None:
        yield "the areas that touch it", NEXT_DOOR, _ask(setting, ours=ring)
    yield _made_up_start(setting)


def _moved(window: Window, months: int) -> Window:
    return Window(month_from_number(month_number(window.first) + months), window.months)


def _most_telling(setting: Setting, main: Gap, unit_names: tuple[str, ...]) -> tuple[str, str, Gap | None]:
    """Leaving out one similar place at a time: the one that moves the answer most."""
    assert main.headline is not None
    without = log_gaps_without_each(main.counts, len(main.blocks.before))
    # Where the others make no comparison nothing is known to move.
    most = int(np.argmax(np.nan_to_num(np.abs(without - main.headline.log_gap))))
    found = _ask(setting, units=np.delete(setting.units, most, axis=0))
    return f"without {unit_names[most]}", "The similar place that matters most", found


def _made_up_start(setting: Setting) -> tuple[str, str, Gap | None]:
    """The question on a date a year before the start, when nothing had begun: it should find nothing."""
    start = month_number(setting.before.last) + 1
    before = Window(month_from_number(start - 2 * _YEAR), _YEAR)
    after = Window(month_from_number(start - _YEAR), _YEAR)
    return "a made-up start a year earlier", "A made-up start", _ask(setting, before=before, after=after)
