"""What leaves the room about one place: the findings of its board and everything that goes with them on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from indicators import Finding, Studied, study_all
from indicators.discovery import all_indicators
from indicators.local_indicators import local_names
from indicators.questions import background_indicators, board_indicators, question_of
from indicators.starts import StartBand, start_band, study_starts
from indicators.whole_area import WholeArea, whole_area
from outputs import sentence
from outputs.blanks import blanks, only_local
from outputs.board_words import headline_for_board, what_can_be_seen
from outputs.chart_plan import SeriesPlan
from outputs.map_svg import MapPlan
from outputs.place_words import drawn_by, titled
from outputs.plans import map_plan, series_plan
from outputs.source_words import source_lines
from outputs.starts_words import began, told
from outputs.story import Paragraph, is_told, told_in_full
from outputs.surroundings import breaks_of, council_around
from outputs.words import USE
from store import __version__
from store.database import Store
from store.place import Place
from store.read_once import ReadOnce
from store.recording_break import RecordingBreak


@dataclass(frozen=True, slots=True)
class Sheet:
    """One outcome of a pack: its finding with the series and the breaks behind it, and the chart of both (None where there
    is nothing to draw).
    """

    studied: Studied
    breaks: tuple[RecordingBreak, ...]
    chart: SeriesPlan | None

    @property
    def finding(self) -> Finding:
        """The finding."""
        return self.studied.finding

    @property
    def sentence(self) -> str:
        """The finding in words."""
        return sentence.of(self.finding)


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything about one place, made once and written in many forms.

    ``sheets`` are all outcomes of the board in the page's order, the empty ones too; ``background`` what is known for the
    council, schools and surgeries around it; ``band`` what other possible starts answer of the outcome that the story tells in
    full (None where there is one start or none); ``map`` who is compared with it (None where nobody is). ``made_on`` is the
    only date that is not in the data.
    """

    place: Place
    sheets: tuple[Sheet, ...]
    background: tuple[Studied, ...]
    whole: WholeArea
    band: StartBand | None
    map: MapPlan | None
    made_on: date
    is_sample: bool

    @property
    def findings(self) -> list[Finding]:
        """Every finding of the board."""
        return [sheet.finding for sheet in self.sheets]

    @property
    def loaded(self) -> tuple[Sheet, ...]:
        """The sheets that have something to show."""
        return tuple(sheet for sheet in self.sheets if sheet.finding.verdict != "Not loaded")

    @property
    def title(self) -> str:
        """The place with its town."""
        return titled(self.place)

    @property
    def headline(self) -> str:
        """The board's headline."""
        return headline_for_board(self.findings)

    @property
    def first_line(self) -> str:
        """How many outcomes can be seen here, and how many only further away."""
        return what_can_be_seen(self.findings, only_local(self.findings))

    @property
    def began(self) -> str:
        """When it began."""
        return began(self.place)

    @property
    def story(self) -> tuple[Paragraph, ...]:
        """The residents' story."""
        return sentence.story(self.findings, self.place.name, told(self.band) if self.band else "")

    @property
    def blanks(self) -> Sequence[tuple[str, str, str]]:
        """What is not there, why, and what would help."""
        return blanks(self.findings)

    @property
    def told(self) -> tuple[Sheet, ...]:
        """The loaded outcomes that residents' paper may tell: measured here, without what is sensitive."""
        return tuple(sheet for sheet in self.loaded if is_told(sheet.finding))

    @property
    def drawn_by(self) -> str:
        """Who drew the area, and whether people there have seen it."""
        return drawn_by(self.place)

    @property
    def use(self) -> str:
        """What the numbers are not for."""
        return USE

    @property
    def sources(self) -> tuple[str, ...]:
        """One line a publisher."""
        return source_lines([*self.findings, *(item.finding for item in self.background)])

    @property
    def plans(self) -> Mapping[str, str]:
        """The plan hash of every finding, by indicator."""
        return {finding.question.indicator: finding.plan_hash for finding in self.findings}

    @property
    def software(self) -> str:
        """The version of the software."""
        return __version__


def pack_of(
    store: Store, place: Place, *, today: date, indicators: Sequence[str] | None = None, sensitivity: bool = True
) -> Pack:
    """Study a place's board as its pages do and put everything together.

    ``indicators`` are other outcomes than the board's. Without ``sensitivity`` nothing is asked in other ways too, for forms
    that have no room for the answers. Raises BadQuestion where the place's file makes no question.
    """
    store = ReadOnce(store)
    names = indicators or board_indicators(place, store.measures(), local_names(store, place))
    questions = [question_of(store, place, name, today=today) for name in names]
    board = [
        item.studied
        for item in study_starts(store, place, questions, today=today, findings_only=True, sensitivity=sensitivity)
    ]
    first = told_in_full([item.finding for item in board])
    several = first is not None and bool(place.start_range or place.starts)
    around = [question_of(store, place, name, today=today) for name in background_indicators(store.measures())]
    return Pack(
        place=place,
        sheets=tuple(_sheet(store, item, place) for item in board),
        background=tuple(
            item for item in study_all(store, around, otherwise=None if sensitivity else ()) if item.series is not None
        ),
        whole=whole_area(store, [item.finding for item in board]),
        band=start_band(store, place, first.question.indicator, today=today) if first and several else None,
        map=_map(store, [item.finding for item in board], place),
        made_on=today,
        is_sample=store.is_sample(),
    )


def _sheet(store: Store, studied: Studied, place: Place) -> Sheet:
    finding = studied.finding
    breaks = breaks_of(store, finding)
    if studied.series is None:
        return Sheet(studied, breaks, None)
    chart = series_plan(finding, studied.series, place, breaks)
    return Sheet(studied, breaks, None if chart.is_empty else chart)


def _map(store: Store, findings: Sequence[Finding], place: Place) -> MapPlan | None:
    """Who the first compared outcome of small areas is compared with, within the council most of the place lies in."""
    known = all_indicators()
    finding = next(
        (
            one
            for one in findings
            if one.comparison is not None
            and known.get(one.question.indicator) is not None
            and known[one.question.indicator].smallest_area == "stable"
        ),
        None,
    )
    if finding is None:
        return None
    _, outlines, names = council_around(store, finding.question.members)
    return map_plan(finding, place, outlines, names)
