"""The scan: the headline of every small area taken as a made-up neighbourhood, and of every saved neighbourhood.

Each place is set against its own similar places by the one door's rules and arithmetic (``indicators.study``): what a scan
says of a place is what a study of it says with the same windows, but for the false-discovery control, which here runs over
all places scanned.

What it may be used for: to see how answers spread where nothing was started (how often a fall or a rise is said, how often
there are too few events), and to find areas that have too few similar places. What it may not be used for: to rank places,
to choose where to look for trouble or to withdraw money, or to find a success afterwards. Of tens of thousands of places
some always stand out; one that was found by looking is not a finding, and a single small area mostly has too few events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indicators.asked import Asked, cannot_be_compared
from indicators.finding import Level, Question
from indicators.gaps import detectable_percent, ratio_of
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.local_indicators import declared, in_periods
from indicators.questions import question_of
from indicators.scan_pool import ScanPool
from indicators.scan_row import ScanKind, ScanRow, compared_row, row_of
from indicators.study import study_all
from indicators.verdict import HEADLINE_P, too_few, verdict
from indicators.weighted_baseline import WeightedBaseline
from indicators.weighted_baselines import weighted_baselines
from store.database import Store
from store.errors import BadQuestion
from store.period import Window
from store.place import Place, place_from
from store.read_once import ReadOnce

# Tables held at once, so that memory does not grow with the number of areas.
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class ScanQuestion:
    """What is asked of every place alike; windows left out follow from the start and from what is loaded there."""

    indicator: str
    start: date | None
    before: Window | None
    after: Window | None
    today: date


@dataclass(frozen=True, slots=True)
class Part:
    """Small areas of one authority and country, asked about in one sitting."""

    authority: str
    country: str
    codes: tuple[str, ...]


def checked(store: Store, question: ScanQuestion) -> Indicator:
    """The indicator; BadQuestion where it cannot be scanned, or no dates are given."""
    item = declared(store, question.indicator)
    if in_periods(store, item):
        raise BadQuestion(
            f"“{question.indicator}” is not counted month by month in small areas",
            do="Scan an indicator that is, such as burglary.",
        )
    if question.start is None and (question.before is None or question.after is None):
        raise BadQuestion("A scan needs dates", do="Give --start, or both --before and --after.")
    return item


def parts_of(
    store: Store, item: Indicator, wanted: Sequence[str] | None, largest: int
) -> tuple[tuple[Part, ...], dict[str, int]]:
    """All small areas (or those ``wanted``) by who reports on them, at most ``largest`` a part; and how many areas there
    are of each authority and country whose figures are not loaded, which are not scanned."""
    areas = store.small_areas()
    areas = areas[areas["police_force"].notna() & (areas["country"] != "Scotland")]
    if wanted is not None:
        areas = areas[areas.index.isin(list(wanted))]
    kind = (store.recorders(item.measures) or ("police_force",))[0]
    keys = ["country"] if kind == "country" else ["country", "police_force"]
    parts: list[Part] = []
    unloaded: dict[str, int] = {}
    for key, group in areas.groupby(keys, sort=True):
        codes = group.index.to_list()
        authority = str(key[1]) if len(keys) > 1 else Ground(store, (codes[0],), kind).authority
        if set(item.measures) - set(store.coverage(item.measures, authority)["measure"]):
            unloaded[authority] = len(codes)
            continue
        parts += [Part(authority, str(key[0]), tuple(codes[at : at + largest])) for at in range(0, len(codes), largest)]
    return tuple(parts), unloaded


def scan_part(store: Store, question: ScanQuestion, part: Part) -> list[ScanRow]:
    """The rows of one part, in the order of its codes, without the control over the whole scan."""
    sitting = ReadOnce(store)
    pool = _pool(sitting, question, part)
    rows: dict[str, ScanRow] = {}
    matched: dict[int, list[_Matched]] = {}
    for code in part.codes:
        found = _matched(pool, code)
        if isinstance(found, ScanRow):
            rows[code] = found
        elif found is None:
            row = pool.row(code)
            started = pool.started.get(code, "")
            rows[code] = _through_the_one_door(sitting, pool.question(code), pool.names[row], "single", started)
        else:
            matched.setdefault(len(found.units), []).append(found)
    for alike in matched.values():
        rows |= {item.plain.place: row for item, row in zip(alike, _compared(pool, alike), strict=True)}
    return [rows[code] for code in part.codes]


@dataclass(frozen=True, slots=True)
class _Matched:
    """An area with the rows of its similar places, nearest first, and what is known of it without them."""

    plain: ScanRow
    row: int
    units: tuple[int, ...]
    widened: tuple[str, ...]


def scan_saved(store: Store, question: ScanQuestion, places: Sequence[Place]) -> list[ScanRow]:
    """The rows of saved neighbourhoods, asked with the scan's dates instead of their own."""
    sitting = ReadOnce(store)
    rows = []
    for place in places:
        alone = replace(place, settling_in_months=0, chosen_beforehand=(), before=None, after=None)
        rows.append(_through_the_one_door(sitting, _asked_of(sitting, question, alone), place.name, "saved", ""))
    return [row for row in rows if row.alone != "Not loaded"]


def _asked_of(store: Store, question: ScanQuestion, place: Place) -> Question:
    return question_of(
        store, place, question.indicator, today=question.today, before=question.before, after=question.after, start=question.start
    )  # fmt: skip


def made_up(code: str) -> Place:
    """One small area as a neighbourhood nobody drew."""
    return place_from({"schema": 1, "name": code, "place": {"small_areas": [code]}}, code.lower())


def _pool(store: Store, question: ScanQuestion, part: Part) -> ScanPool:
    """The pool of a part, anchored at its first ordinary area: comparable, and counted in as many months as any."""
    item = declared(store, question.indicator)
    kind = store.recorders(item.measures)[0]
    asked = _anchored(store, question, part.codes[0], kind)
    panel = asked.evidence.panel
    whole = np.isfinite(panel.to_numpy(dtype=float)).sum(axis=1)
    fine = (whole == whole.max(initial=0)) & ScanPool(asked).comparable
    if fine.any() and not fine[ScanPool(asked).row(part.codes[0])]:
        asked = _anchored(store, question, str(panel.index[fine.argmax()]), kind)
    return ScanPool(asked)


def _anchored(store: Store, question: ScanQuestion, code: str, kind: str) -> Asked:
    asked = _asked_of(store, question, made_up(code))
    return Asked(asked, declared(store, question.indicator), Ground(store, asked.members, kind))


def _matched(pool: ScanPool, code: str) -> _Matched | ScanRow | None:
    """An area with its similar places, or its row where nobody of the pool is compared; None for the one door."""
    row = pool.row(code)
    if not pool.regular[row]:
        return None
    before, after = pool.windows
    plain = row_of(
        pool.question(code), name=pool.names[row], kind="single", council=pool.councils[row], authority=pool.asked.ground.authority,
        country=pool.asked.ground.country, started=pool.started.get(code, ""), counts=(_known(before[row]), _known(after[row])),
        words=pool.obstacle[0], because=(pool.obstacle[1],),
    )  # fmt: skip
    if pool.obstacle[1]:
        return plain
    similar = pool.similar(row)
    if similar is None or not pool.whole[[row, *similar[0]]].all():
        return None
    return _Matched(plain, row, tuple(similar[0]), similar[1])


def _compared(pool: ScanPool, matched: Sequence[_Matched]) -> list[ScanRow]:
    """The rows of areas that have the same number of similar places."""
    before = len(pool.blocks.before)
    rows = []
    for at in range(0, len(matched), _AT_ONCE):
        some = matched[at : at + _AT_ONCE]
        tables = [pool.quarters[[item.row, *item.units]] for item in some]
        rows += [
            _refused(item.plain, headline) if isinstance(headline, BadQuestion) else _judged(pool, item, headline)
            for item, headline in zip(some, weighted_baselines(tables, before), strict=True)
        ]
    return rows


def _judged(pool: ScanPool, item: _Matched, headline: WeightedBaseline) -> ScanRow:
    plain = item.plain
    assert plain.before_count is not None
    detectable, capped = detectable_percent(headline), pool.asked.ruling.capped
    second = None
    # Nothing else hangs on the second method, which takes ten times as long.
    if headline.p <= HEADLINE_P and not capped and not too_few(plain.before_count, detectable):
        second = pool.second(item.row, item.units)
    said, because = verdict(plain.before_count, ratio_of(headline), second, detectable, capped=capped)
    return replace(
        plain, similar_places=len(item.units), widened="; ".join(item.widened), expected_after=_expected(pool, headline),
        ratio=headline.ratio, lower=headline.lower, upper=headline.upper, p=headline.p, placebo_at_least=headline.at_least,
        detectable_percent=detectable, alone=said, verdict=said, because="; ".join(because),
    )  # fmt: skip


def _refused(plain: ScanRow, error: BadQuestion) -> ScanRow:
    """The row of an area whose comparison is refused, with the reason."""
    words, reason = cannot_be_compared(error)
    return replace(plain, alone=words, verdict=words, because=reason)


def _expected(pool: ScanPool, headline: WeightedBaseline) -> float:
    return headline.expected / (len(pool.blocks.after) if pool.asked.declared.kind == "stock" else 1)


def _through_the_one_door(store: Store, question: Question, name: str, kind: ScanKind, started: str) -> ScanRow:
    finding = study_all(store, [question], otherwise=())[0].finding
    home = store.small_areas(codes=question.members)
    reporter = (store.recorders(declared(store, question.indicator).measures) or ("police_force",))[0]
    ground = Ground(store, question.members, reporter)
    row = row_of(
        question, name=name, kind=kind, council=str(home["council"].mode().iloc[0]), authority=ground.authority, country=ground.country,
        started=started, counts=(_count(finding.before), _count(finding.after)),
        words=finding.verdict, because=finding.verdict_because,
    )  # fmt: skip
    return row if finding.comparison is None else compared_row(row, finding, finding.comparison)


def _count(level: Level | None) -> float | None:
    return level.count if level else None


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
