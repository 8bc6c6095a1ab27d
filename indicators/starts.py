"""A start that is not known to the month, or several of them: every one is asked, and the band of answers is kept.

Whoever may choose the date can choose the answer. So a finding needs company: where fewer than half of the possible
starts give the same finding as the main question, it is told as “We cannot tell”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from indicators.finding import Finding, Level, Question, Ratio, Verdict
from indicators.questions import question_of
from indicators.study import Studied, study_all
from indicators.windows import start_of
from store.database import Store
from store.errors import BadQuestion
from store.period import month_from_number, month_number
from store.place import Place
from store.read_once import ReadOnce

MOST_STARTS = 24
FINDINGS: tuple[Verdict, ...] = ("Fell more than in similar places", "Rose more than in similar places")
TOO_FEW_AGREE = "fewer than half of the possible starts give the same finding"


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """What one start answers: both windows (None where there is none), the ratio (None where nothing is compared) and
    the verdict with its reasons."""

    start: date
    before: Level | None
    after: Level | None
    ratio: Ratio | None
    verdict: Verdict
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartBand:
    """The answers of every possible start, in the order of the file, beside the main question's own.

    ``is_range`` tells every month of a range from several starts. ``main`` is the start of the main question, None where
    the file names its two periods itself; ``verdict`` is the main question's before the starts had their say.
    """

    is_range: bool
    main: date | None
    verdict: Verdict
    answers: tuple[StartAnswer, ...]

    @property
    def lowest(self) -> StartAnswer | None:
        """The start with the lowest ratio, the earlier one of a tie; None where no start is compared."""
        return min(self._compared, key=lambda pair: (pair[1].ratio, pair[0].start), default=(None, None))[0]

    @property
    def highest(self) -> StartAnswer | None:
        """The start with the highest ratio, the earlier one of a tie; None where no start is compared."""
        return min(self._compared, key=lambda pair: (-pair[1].ratio, pair[0].start), default=(None, None))[0]

    @property
    def lower(self) -> float | None:
        """The lowest of the lower limits."""
        return min((ratio.lower for _, ratio in self._compared), default=None)

    @property
    def upper(self) -> float | None:
        """The highest of the upper limits."""
        return max((ratio.upper for _, ratio in self._compared), default=None)

    @property
    def otherwise(self) -> int:
        """How many starts give another verdict than the main question."""
        return sum(answer.verdict != self.verdict for answer in self.answers)

    @property
    def disagree(self) -> bool:
        """Whether some answers, the main question's among them, are a finding and others are not, or another one."""
        verdicts = {self.verdict, *(answer.verdict for answer in self.answers)}
        return len({verdict if verdict in FINDINGS else "" for verdict in verdicts}) > 1

    @property
    def agreed(self) -> bool:
        """Whether at least half of the starts give the main question's verdict."""
        return 2 * self.otherwise <= len(self.answers)

    @property
    def _compared(self) -> list[tuple[StartAnswer, Ratio]]:
        return [(answer, answer.ratio) for answer in self.answers if answer.ratio is not None]


@dataclass(frozen=True, slots=True)
class StudiedStarts:
    """A finding with its series, and the band of its starts (None where the file has one start or none, or where
    nothing is loaded)."""

    studied: Studied
    band: StartBand | None


def starts_of(place: Place) -> tuple[date, ...]:
    """Every start a neighbourhood's file allows: the one, the months of its range, or the several.

    More than 24 are a BadQuestion: a band over so many years says nothing, and takes minutes to compute.
    """
    if place.start_range is not None:
        first, last = (month_number(day) for day in place.start_range)
        found = tuple(month_from_number(number) for number in range(first, last + 1))
        key = "start_range"
    else:
        found, key = ((place.start,) if place.start else tuple(dict.fromkeys(place.starts))), "starts"
    if len(found) > MOST_STARTS:
        raise BadQuestion(
            f"The file leaves {len(found)} months open as the start, and at most {MOST_STARTS} are asked",
            file=f"{place.slug}.toml",
            column=key,
            do=f"Narrow {key} down, for example by asking people when it began to feel different.",
        )
    return found


def start_band(store: Store, place: Place, name: str, *, today: date) -> StartBand | None:
    """The band of one indicator's answers; None where the place's file has one start or none."""
    return study_starts(store, place, [question_of(store, place, name, today=today)], today=today)[0].band


def study_starts(
    store: Store,
    place: Place,
    questions: Sequence[Question],
    *,
    today: date,
    findings_only: bool = False,
    sensitivity: bool = True,
) -> list[StudiedStarts]:
    """Answer questions about one place, each with the band of its possible starts, all asked together.

    A band belongs to the question of the place's own file; a question with other windows is answered alone. With
    ``findings_only`` bands are computed only where the main question found something, which is where they can change a
    verdict: a finding that fewer than half of the starts share becomes “We cannot tell”. Where some starts give a
    finding and others do not, a caveat (``start-range``) says how many answer otherwise. Without ``sensitivity`` no question
    is asked in other ways, which changes nothing else of a finding and takes a fifth less time.
    """
    store = ReadOnce(store)
    also = questions if sensitivity else ()
    starts = {question: _own_starts(store, place, question, today) for question in questions}
    answers: dict[Question, Studied] = {}
    if findings_only:
        answers = dict(zip(starts, study_all(store, list(starts), otherwise=also), strict=True))
        starts = {one: ways if answers[one].finding.verdict in FINDINGS else {} for one, ways in starts.items()}
    every = dict.fromkeys([*starts, *(other for ways in starts.values() for other in ways.values() if other)])
    unanswered = [question for question in every if question not in answers]
    # Only the main questions are also asked in other ways: a start is one of those ways itself.
    answers |= zip(unanswered, study_all(store, unanswered, otherwise=also), strict=True)
    return [_banded(place, answers[question], starts[question], answers) for question in questions]


def _own_starts(store: Store, place: Place, question: Question, today: date) -> dict[date, Question | None]:
    """The question asked from every possible start (None for one in the future); empty where there is only one, or
    where the question is not that of the place's own file."""

    def ask(start: date | None) -> Question:
        return question_of(
            store, place, question.indicator, today=today, start=start, without_breaks=question.without_breaks
        )

    several = place.start_range is not None or len(place.starts) > 1
    # A saved plan names its similar places; those of other starts are chosen by the project's rule, as they were then.
    if not several or ask(None) != replace(question, comparison=None):
        return {}
    starts = starts_of(place)
    if len(starts) < 2:
        return {}
    return {start: None if month_number(start) > month_number(today) else ask(start) for start in starts}


def _banded(
    place: Place, main: Studied, starts: Mapping[date, Question | None], answers: Mapping[Question, Studied]
) -> StudiedStarts:
    if not starts or main.finding.verdict == "Not loaded":
        return StudiedStarts(main, None)
    own_windows = place.before is not None and place.after is not None
    band = StartBand(
        is_range=place.start_range is not None,
        main=None if own_windows else start_of(place),
        verdict=main.finding.verdict,
        answers=tuple(
            _answer(start, answers[question].finding if question else None) for start, question in starts.items()
        ),
    )
    return StudiedStarts(replace(main, finding=_guarded(main.finding, band)), band)


def _answer(start: date, found: Finding | None) -> StartAnswer:
    if found is None:
        return StartAnswer(start, None, None, None, "Cannot be compared", ("this month is still to come",))
    ratio = found.comparison.headline if found.comparison else None
    return StartAnswer(start, found.before, found.after, ratio, found.verdict, found.verdict_because)


def _guarded(finding: Finding, band: StartBand) -> Finding:
    """The finding after the starts had their say: no finding without at least half of them, and no silence where they
    disagree."""
    if not band.disagree:
        return finding
    others = "gives" if band.otherwise == 1 else "give"
    said = f"When this began is not certain: of {len(band.answers)} possible starts, {band.otherwise} {others} another answer than the main one"
    if finding.verdict not in FINDINGS or band.agreed:
        return replace(finding, caveats=(*finding.caveats, ("start-range", f"{said}.")))
    return replace(
        finding,
        verdict="We cannot tell",
        verdict_because=(TOO_FEW_AGREE,),
        caveats=(*finding.caveats, ("start-range", f"{said}, so what the main one shows is not told as a finding.")),
    )
