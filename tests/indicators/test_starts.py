"""A range of starts, several starts: each is asked by itself, and a finding needs half of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indicators import starts as starts_module
from indicators.finding import Finding, Question, Ratio, Verdict
from indicators.questions import question_of
from indicators.starts import TOO_FEW_AGREE, StartBand, StudiedStarts, start_band, starts_of, study_starts
from indicators.study import Studied, study, study_all
from store.database import Store
from store.errors import BadQuestion
from store.period import month_from_number, month_number, month_text, parse_month, parse_window
from store.place import Place, read_place
from tests.outputs import examples

TODAY = date(2026, 11, 22)
AREAS = Path(__file__).resolve().parents[1] / "fixtures" / "areas"

FELL: Verdict = "Fell more than in similar places"
ROSE: Verdict = "Rose more than in similar places"
UNSURE: Verdict = "We cannot tell"


@pytest.fixture
def ranged() -> Place:
    """A neighbourhood that began between June and September 2020."""
    return read_place(AREAS, "range-of-starts")


@pytest.fixture
def several() -> Place:
    """A neighbourhood with two starts."""
    return read_place(AREAS, "several-starts")


def own(store: Store, place: Place, name: str = "burglary", **given: object) -> Question:
    return question_of(store, place, name, today=TODAY, **given)  # type: ignore[arg-type]


# Which starts ----------------------------------------------------------------------------------------------------


def test_every_month_of_a_range_is_a_start(ranged: Place, several: Place) -> None:
    assert [month_text(day) for day in starts_of(ranged)] == ["2020-06", "2020-07", "2020-08", "2020-09"]
    assert [month_text(day) for day in starts_of(several)] == ["2020-08", "2021-04"]
    assert starts_of(replace(several, starts=several.starts * 2)) == several.starts
    assert starts_of(replace(several, starts=())) == ()
    assert starts_of(replace(several, starts=(), start=parse_month("2020-08"))) == (date(2020, 8, 1),)


def test_two_years_of_months_are_asked_and_no_more(sample_store: Store, ranged: Place) -> None:
    first = parse_month("2019-01")
    last = month_number(first) + 23
    assert len(starts_of(replace(ranged, start_range=(first, month_from_number(last))))) == 24
    wide = replace(ranged, start_range=(first, month_from_number(last + 1)))
    with pytest.raises(BadQuestion, match="leaves 25 months open") as refused:
        start_band(sample_store, wide, "burglary", today=TODAY)
    assert refused.value.file == "range-of-starts.toml"
    assert "Narrow start_range down" in str(refused.value)
    # Somebody who names a start of their own can still ask.
    question = own(sample_store, wide, start=parse_month("2020-08"))
    assert study_starts(sample_store, wide, [question], today=TODAY)[0].band is None


# Each start is the question asked with that start ----------------------------------------------------------------


def as_asked_alone(store: Store, place: Place, band: StartBand, name: str = "burglary") -> None:
    """Every answer of the band is that of the same question asked by itself."""
    assert [answer.start for answer in band.answers] == list(starts_of(place))
    questions = [own(store, place, name, start=answer.start) for answer in band.answers]
    for answer, studied in zip(band.answers, study_all(store, questions, otherwise=()), strict=True):
        alone = studied.finding
        assert (answer.verdict, answer.because) == (alone.verdict, alone.verdict_because)
        assert (answer.before, answer.after) == (alone.before, alone.after)
        assert answer.ratio == (alone.comparison.headline if alone.comparison else None)


def test_a_range_is_asked_month_by_month_and_headed_by_its_middle(sample_store: Store, ranged: Place) -> None:
    question = own(sample_store, ranged)
    (found,) = study_starts(sample_store, ranged, [question], today=TODAY)
    band = found.band
    assert band is not None
    alone = study(sample_store, question)
    assert alone.sensitivity
    assert replace(found.studied.finding, caveats=alone.caveats) == alone
    as_asked_alone(sample_store, ranged, band)
    assert (band.is_range, band.main) == (True, date(2020, 7, 1))
    assert found.studied.finding.question == question
    assert question.before == parse_window("2018-07:2020-06")
    assert question.after == parse_window("2020-10:2023-09")
    ratios = [answer.ratio for answer in band.answers if answer.ratio]
    assert len(ratios) == 4
    assert band.lowest is not None
    assert band.highest is not None
    assert band.lowest.ratio == min(ratios, key=lambda one: one.ratio)
    assert band.highest.ratio == max(ratios, key=lambda one: one.ratio)
    assert band.lower == min(ratio.lower for ratio in ratios)
    assert band.upper == max(ratio.upper for ratio in ratios)
    assert start_band(sample_store, ranged, "burglary", today=TODAY) == band


def test_of_several_starts_the_first_is_the_main_one(sample_store: Store, several: Place) -> None:
    (found,) = study_starts(sample_store, several, [own(sample_store, several)], today=TODAY)
    assert found.band is not None
    as_asked_alone(sample_store, several, found.band)
    assert (found.band.is_range, found.band.main) == (False, date(2020, 8, 1))


def test_the_two_periods_of_a_file_stay_the_main_question(sample_store: Store, ranged: Place) -> None:
    before, after = parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")
    place = replace(ranged, before=before, after=after)
    (found,) = study_starts(sample_store, place, [own(sample_store, place)], today=TODAY)
    assert found.band is not None
    assert found.band.main is None
    assert (found.studied.finding.question.before, found.studied.finding.question.after) == (before, after)
    assert [answer.start for answer in found.band.answers] == list(starts_of(place))
    assert (
        found.band.answers[2].before
        == study(sample_store, own(sample_store, place, start=parse_month("2020-08"))).before
    )


def test_a_start_still_to_come_is_not_asked(sample_store: Store, ranged: Place) -> None:
    place = replace(ranged, start_range=(parse_month("2026-10"), parse_month("2026-12")))
    band = start_band(sample_store, place, "burglary", today=TODAY)
    assert band is not None
    assert [answer.verdict for answer in band.answers] == ["Cannot be compared"] * 3
    assert band.answers[-1].because == ("this month is still to come",)
    assert (band.lowest, band.highest, band.lower, band.upper) == (None, None, None, None)


# Where there is no band ------------------------------------------------------------------------------------------


@pytest.fixture
def _unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question gets the same finding, where only what is asked matters."""

    def study_all(store: Store, questions: Sequence[Question], **given: object) -> list[Studied]:
        return [Studied(replace(examples.cannot_tell(), question=question), None) for question in questions]

    monkeypatch.setattr(starts_module, "study_all", study_all)


@pytest.mark.usefixtures("_unanswered")
def test_one_start_has_no_band(sample_store: Store, ranged: Place) -> None:
    for place in (
        replace(ranged, start_range=None, start=parse_month("2020-08")),
        replace(ranged, start_range=None),
        replace(ranged, start_range=(parse_month("2020-08"),) * 2),
        replace(ranged, start_range=None, starts=(parse_month("2020-08"),) * 2),
    ):
        assert start_band(sample_store, place, "burglary", today=TODAY) is None


def test_what_is_not_loaded_has_no_band(sample_store: Store, ranged: Place) -> None:
    assert start_band(sample_store, ranged, "claimants", today=TODAY) is None


@pytest.mark.usefixtures("_unanswered")
def test_dates_of_somebodys_own_have_no_band(sample_store: Store, ranged: Place) -> None:
    for given in ({"start": parse_month("2021-01")}, {"after": parse_window("2021-01:2022-12")}):
        (found,) = study_starts(sample_store, ranged, [own(sample_store, ranged, **given)], today=TODAY)
        assert found.band is None
    # The same question is the same answer, however it was put.
    middle = own(sample_store, ranged, start=parse_month("2020-07"))
    (found,) = study_starts(sample_store, ranged, [middle], today=TODAY)
    assert found.band is not None


# What the starts may do to a finding -----------------------------------------------------------------------------


@pytest.fixture
def answered(
    sample_store: Store, ranged: Place, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[StudiedStarts, list[int]]]:
    """Study the range with these verdicts in place of computed ones, by the start that is asked; and how often."""

    def run(
        *verdicts: Verdict, main: Verdict | None = None, place: Place = ranged, **given: bool
    ) -> tuple[StudiedStarts, list[int]]:
        asked: list[int] = []
        by_start = dict(zip(starts_of(place), verdicts, strict=True))

        def answer(question: Question) -> Studied:
            assert question.before is not None
            start = month_from_number(month_number(question.before.last) + 1)
            own_windows = (question.before, question.after) == (place.before, place.after)
            verdict = main if own_windows and main else by_start[start]
            return Studied(replace(examples.fell_more(), question=question, verdict=verdict, caveats=()), None)

        def study_all(
            store: Store, questions: Sequence[Question], *, otherwise: Collection[Question] | None = None
        ) -> list[Studied]:
            asked.append(len(questions))
            return [answer(question) for question in questions]

        monkeypatch.setattr(starts_module, "study_all", study_all)
        question = own(sample_store, place)
        return study_starts(sample_store, place, [question], today=TODAY, **given)[0], asked

    return run


def caveat(finding: Finding) -> str:
    return dict(finding.caveats).get("start-range", "")


def test_a_finding_that_all_starts_share_stays_without_a_word(
    answered: Callable[..., tuple[StudiedStarts, list[int]]],
) -> None:
    found, asked = answered(FELL, FELL, FELL, FELL)
    assert (found.studied.finding.verdict, caveat(found.studied.finding)) == (FELL, "")
    assert found.band is not None
    assert (found.band.otherwise, found.band.disagree, found.band.agreed) == (0, False, True)
    assert asked == [4]  # the middle is one of the four, and everything is asked at once


def test_a_finding_that_half_of_the_starts_share_stays_with_a_caveat(
    answered: Callable[..., tuple[StudiedStarts, list[int]]],
) -> None:
    found, _ = answered(FELL, FELL, UNSURE, ROSE)
    assert found.studied.finding.verdict == FELL
    assert caveat(found.studied.finding) == (
        "When this began is not certain: of 4 possible starts, 2 give another answer than the main one."
    )


def test_a_finding_that_fewer_than_half_share_is_not_told_as_one(
    answered: Callable[..., tuple[StudiedStarts, list[int]]],
) -> None:
    found, _ = answered("Too few events to tell", FELL, UNSURE, "Cannot be compared")
    finding = found.studied.finding
    assert (finding.verdict, finding.verdict_because) == (UNSURE, (TOO_FEW_AGREE,))
    assert "3 give another answer" in caveat(finding)
    assert "not told as a finding" in caveat(finding)
    assert found.band is not None
    assert found.band.verdict == FELL


def test_no_finding_is_made_of_starts_around_a_middle_that_shows_none(
    answered: Callable[..., tuple[StudiedStarts, list[int]]],
) -> None:
    found, _ = answered(FELL, UNSURE, FELL, FELL)
    assert found.studied.finding.verdict == UNSURE
    assert "3 give another answer" in caveat(found.studied.finding)


def test_one_other_answer_is_said_in_the_singular(answered: Callable[..., tuple[StudiedStarts, list[int]]]) -> None:
    found, _ = answered(FELL, FELL, UNSURE, FELL)
    assert "1 gives another answer" in caveat(found.studied.finding)


def test_other_shades_of_not_knowing_are_no_disagreement(
    answered: Callable[..., tuple[StudiedStarts, list[int]]],
) -> None:
    found, _ = answered(UNSURE, UNSURE, "Too few events to tell", "About the same as similar places")
    assert caveat(found.studied.finding) == ""
    assert found.band is not None
    assert (found.band.otherwise, found.band.disagree) == (2, False)


def test_the_starts_judge_the_two_periods_of_a_file_too(
    answered: Callable[..., tuple[StudiedStarts, list[int]]], ranged: Place
) -> None:
    place = replace(ranged, before=parse_window("2018-01:2019-12"), after=parse_window("2021-01:2022-12"))
    found, asked = answered(UNSURE, UNSURE, FELL, UNSURE, main=FELL, place=place)
    assert asked == [5]
    assert found.studied.finding.verdict == UNSURE
    assert "of 4 possible starts, 3 give another answer" in caveat(found.studied.finding)


@pytest.mark.parametrize(("main", "calls"), [(FELL, [1, 3]), (ROSE, [1, 3]), (UNSURE, [1, 0])])
def test_a_board_asks_the_starts_of_findings_alone(
    answered: Callable[..., tuple[StudiedStarts, list[int]]], main: Verdict, calls: list[int]
) -> None:
    found, asked = answered(UNSURE, main, UNSURE, UNSURE, findings_only=True)
    assert asked == calls
    assert (found.band is not None) == (main != UNSURE)
    assert found.studied.finding.verdict == UNSURE


def test_a_tie_is_told_by_the_earlier_start() -> None:
    ratio = Ratio(0.8, 0.6, 1.1, 0.2)
    answers = tuple(
        starts_module.StartAnswer(date(2020, month, 1), None, None, ratio, UNSURE, ()) for month in (3, 1, 2)
    )
    band = StartBand(False, date(2020, 3, 1), UNSURE, answers)
    assert band.lowest is not None
    assert band.highest is not None
    assert band.lowest.start == band.highest.start == date(2020, 1, 1)


def test_the_place_of_a_saved_plan_has_its_band_too(sample_store: Store, several: Place) -> None:
    question = own(sample_store, several)
    chosen = study(sample_store, question).comparison
    assert chosen is not None
    named = replace(question, comparison=tuple(codes for codes, _ in chosen.areas))
    (found,) = study_starts(sample_store, several, [named], today=TODAY)
    assert found.band is not None
    assert found.band.answers[0].ratio == chosen.headline
