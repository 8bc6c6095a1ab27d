"""The parts of Explore as plans: gaps around the start, both methods, next door, the checks, another comparison set."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from indicators.event_study import event_study
from indicators.finding import Finding, Ratio, Verdict
from indicators.next_door import next_door
from indicators.quarter_series import QuarterSeries
from indicators.sensitivity import NEXT_DOOR
from outputs.chart import BreakSpan, event_figure, ranges_html
from outputs.comparison_words import other_set_words, set_choices
from outputs.event_plan import EventPlan, event_plan
from outputs.guards import guards
from outputs.methods_plan import methods_plan
from outputs.next_door_plan import next_door_plan
from outputs.words import FORBIDDEN
from store.folder import SHIPPED
from store.place import Place, read_place
from store.recording_break import RecordingBreak, read_breaks
from tests.outputs import examples

PERIODS = tuple(date(year, month, 1) for year in (2019, 2020, 2021) for month in (2, 5, 8, 11))
SERIES = QuarterSeries(
    PERIODS, (9.0, 12.0, 8.0, 11.0, 10.0, 9.0, None, 4.0, 3.0, 5.0, 2.0, 6.0), (10.0,) * 12, (5.0,) * 12, (15.0,) * 12
)


@pytest.fixture(scope="module")
def place() -> Place:
    return read_place(SHIPPED / "areas", "north-stonehouse")


@pytest.fixture(scope="module")
def recording_break() -> RecordingBreak:
    """A gap in the counting that the series touches."""
    return next(item for item in read_breaks(SHIPPED / "breaks.toml") if not item.is_step)


def gaps(finding: Finding, series: QuarterSeries, place: Place, *breaks: RecordingBreak) -> EventPlan:
    study = event_study(finding, series)
    assert study is not None
    return event_plan(finding, study, place, breaks)


def ringed(finding: Finding, verdict: Verdict, ratio: float, before: float = 200.0, after: float = 160.0) -> Finding:
    """The finding with the areas next door asked too."""
    row: dict[str, float | str | None] = {
        "change": "the areas that touch it", "group": NEXT_DOOR, "before": before, "after": after, "before_months": 24,
        "after_months": 24, "ratio": ratio, "lower": ratio / 2, "upper": ratio * 2, "p": 0.5, "verdict": verdict,
    }  # fmt: skip
    return replace(finding, sensitivity=(*finding.sensitivity, row))


# The gap around the start ------------------------------------------------------------------------------------------


def test_the_gaps_in_words_say_how_many_lie_outside_on_both_sides(place: Place) -> None:
    plan = gaps(examples.cannot_tell(), SERIES, place)
    assert plan.sentence.startswith("Each dot is one quarter: our count, less what it would have been had we changed")
    assert "Before the start none of our six quarters lay outside it." in plan.sentence
    assert "Since the start three of our five quarters lay outside it." in plan.sentence
    assert plan.sentence.endswith("So we kept step with similar places before the start, as a fair comparison needs.")


def test_being_out_of_step_before_the_start_is_said(place: Place) -> None:
    early = replace(SERIES, counts=(20.0, 20.0, *SERIES.counts[2:]))
    plan = gaps(examples.cannot_tell(), early, place)
    assert "Before the start two of our six quarters lay outside it." in plan.sentence
    assert plan.sentence.endswith("read what came after with care.")
    # Three quarters before are too few to praise.
    short = gaps(examples.cannot_tell(), replace(SERIES, counts=(None, None, None, *SERIES.counts[3:])), place)
    assert "kept step" not in short.sentence
    late = gaps(examples.cannot_tell(), replace(SERIES, counts=(*[None] * 6, *SERIES.counts[6:])), place)
    assert "Before the start" not in late.sentence


def test_the_table_of_gaps_holds_every_number_and_hides_ratios_of_too_few(place: Place) -> None:
    plan = gaps(examples.cannot_tell(), SERIES, place)
    assert plan.table.header[-1] == "Seen for each one expected"
    assert plan.table.rows[0] == ("February to April 2019", "before the start", -1.0, -5.0, 5.0, "no", 0.9)
    assert plan.table.rows[6] == ("August to October 2020", "since the start", None, None, None, None, None)
    assert plan.table.rows[7][1:] == ("since the start", -6.0, -5.0, 5.0, "yes", 0.4)
    few = gaps(examples.burglary(), SERIES, place)
    assert few.table.header[-1] == "Outside the room"
    assert len(few.csv().splitlines()) == 13


def test_the_gaps_are_told_to_those_who_do_not_see_them(place: Place) -> None:
    alt = gaps(examples.cannot_tell(), SERIES, place).alt
    assert "highest +2.0 in May to July 2019, lowest −8.0 in August to October 2021" in alt
    assert "before the start 0 of 6 outside the room for chance; since the start 3 of 5 outside" in alt
    assert alt.endswith("Start, August 2020.")
    only_later = gaps(examples.cannot_tell(), replace(SERIES, counts=(*[None] * 6, *SERIES.counts[6:])), place)
    assert "before the start" not in only_later.alt


@pytest.mark.parametrize(
    ("changes", "value", "shown"),
    [
        ({}, 4.0, "+4.0"), ({}, -4.25, "−4.3"), ({}, 0.01, "0.0"),
        ({"kind": "median", "unit": "pounds"}, -1234.0, "−£1,234"),
        ({"kind": "proportion", "unit": "% of pupils"}, 2.1, "+2.1 points"),
    ],
)  # fmt: skip
def test_a_gap_is_written_in_the_unit_of_its_series(
    place: Place, changes: dict[str, str], value: float, shown: str
) -> None:
    plan = gaps(replace(examples.cannot_tell(), **changes), SERIES, place)  # type: ignore[arg-type]
    assert plan.shown(value) == shown
    assert ("figure, less" in plan.sentence) == bool(changes)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("phone", [False, True])
def test_the_gaps_are_drawn_with_the_start_and_both_sides_named(
    place: Place, recording_break: RecordingBreak, theme: str, phone: bool
) -> None:
    plan = gaps(examples.cannot_tell(), SERIES, place, recording_break)
    figure = json.loads(event_figure(plan, theme=theme, phone=phone).to_json())  # type: ignore[arg-type]
    ours = next(trace for trace in figure["data"] if trace.get("name") == place.name)
    assert ours["y"] == [item.gap for item in plan.study.gaps]
    assert ours["connectgaps"] is False
    words = " ".join(note["text"] for note in figure["layout"]["annotations"])
    assert "Start, August 2020" in words
    assert "<b>More (worse)</b> than had we changed" in words
    assert "<b>Fewer (better)</b> than had we changed" in words
    low, high = figure["layout"]["yaxis"]["range"]
    assert -low == high > 8


def test_the_band_is_not_drawn_across_what_is_missing(place: Place) -> None:
    lone = replace(SERIES, counts=(9.0, None, 8.0, 11.0, *[None] * 8))
    figure = json.loads(event_figure(gaps(examples.cannot_tell(), lone, place)).to_json())
    bars = [trace for trace in figure["data"] if trace.get("line", {}).get("width") == 14]
    assert [trace["y"] for trace in bars] == [[-5.0, 5.0]]
    assert [len(trace["x"]) for trace in figure["data"] if trace.get("fill") == "tonexty"] == [2]


def test_a_break_is_hatched_with_its_reason_where_the_series_touches_it(place: Place) -> None:
    inside = BreakSpan(date(2020, 3, 1), date(2020, 6, 1), "Recording changed")
    beyond = BreakSpan(date(2024, 3, 1), date(2024, 6, 1), "Another change")
    plan = replace(gaps(examples.cannot_tell(), SERIES, place), breaks=(inside, beyond))
    words = [note["text"] for note in json.loads(event_figure(plan).to_json())["layout"]["annotations"]]
    assert "Recording changed" in words
    assert "Another change" not in words
    phone = [note["text"] for note in json.loads(event_figure(plan, phone=True).to_json())["layout"]["annotations"]]
    assert "Recording changed" not in phone


# Both methods ------------------------------------------------------------------------------------------------------


def with_methods(first: Ratio, second: Ratio | None, finding: Finding | None = None) -> str:
    base = finding or examples.cannot_tell()
    plan = methods_plan(replace(base, comparison=examples.compared(first), second_method=second))
    assert plan is not None
    return plan.sentence


def test_both_methods_stand_beside_each_other_with_their_ranges() -> None:
    finding = examples.fell_more()
    plan = methods_plan(finding)
    assert plan is not None
    assert finding.comparison is not None
    assert finding.second_method is not None
    wanted = (finding.comparison.headline, finding.second_method, finding.comparison.equal_weights)
    assert [(row.ratio, row.lower, row.upper) for row in plan.rows] == [(r.ratio, r.lower, r.upper) for r in wanted]
    assert plan.rows[0].counts.startswith("78 to 34")
    assert plan.sentence == (
        "Yes, they lean the same way: 45 % fewer than had we changed as similar places did (78 to 34, two years each) by the "
        "main method, 40 % fewer by the second; both lean further than places with no programme usually do. A difference "
        "is told as one only when both lean clearly the same way."
    )
    assert ranges_html(plan).count("<img") == 3 + len({row.group for row in plan.rows})


def test_whether_they_agree_is_said_in_plain_words() -> None:
    sure, unsure = Ratio(0.6, 0.4, 0.9, 0.02), Ratio(0.7, 0.4, 1.2, 0.3)
    assert "they lean opposite ways" not in with_methods(sure, unsure)
    assert with_methods(sure, Ratio(1.2, 0.8, 1.8, 0.5)).startswith(
        "No. They lean opposite ways: 40 % fewer than had we"
    )
    assert "the second leans so little that places with no programme often lean as far" in with_methods(sure, unsure)
    assert "the main one leans so little that it may be chance" in with_methods(unsure, sure)
    assert with_methods(sure, None).startswith("Only one method could be used here: 40 % fewer than had we changed")
    assert "the same as had we changed" in with_methods(Ratio(1.001, 0.9, 1.1, 0.9), Ratio(1.1, 0.9, 1.3, 0.5))


def test_with_too_few_events_no_method_gives_a_best_estimate() -> None:
    text = with_methods(Ratio(0.6, 0.4, 0.9, 0.02), Ratio(0.7, 0.4, 1.2, 0.3), examples.burglary())
    assert "best estimate by any method" in text
    assert "the main method’s range is somewhere between 60 % and 10 % fewer" in text
    assert "the second’s somewhere between 60 % fewer and 20 % more" in text
    assert "40 % fewer than" not in text
    few = methods_plan(examples.burglary())
    assert few is not None
    assert {row.words() for row in few.rows} == {"too few events"}


def test_without_a_comparison_there_are_no_methods_and_no_checks() -> None:
    assert methods_plan(examples.not_comparable()) is None
    assert guards(examples.not_comparable()) is None


# Next door ---------------------------------------------------------------------------------------------------------


def test_next_door_is_told_with_its_counts_and_as_a_description(place: Place) -> None:
    finding = ringed(examples.cannot_tell(), "We cannot tell", 1.1)
    ring = next_door(finding)
    assert ring is not None
    plan = next_door_plan(finding, ring, place)
    assert plan.sentence == (
        "In the small areas that touch ours, all together, recorded burglary fell 20 % (200 to 160, two years each). In 60 "
        "similar places it fell 37 % (1,500 to 950). Had next door changed as they did: 10 % more than that, somewhere "
        "between 45 % fewer and 120 % more. This only tells what happened. Trouble may move next door, and "
        "good may spread there; neither can be read off these numbers by themselves."
    )
    assert [(row.ratio, row.counts) for row in plan.rows] == [(0.688, "78 to 34, two years each"), (1.1, "200 to 160")]
    assert "The areas that touch it: 10 % more" in plan.alt


def test_next_door_over_unequal_months_is_told_month_for_month(place: Place) -> None:
    finding = ringed(examples.cannot_tell(), "We cannot tell", 1.0)
    rows = tuple({**row, "after_months": 12} if row.get("group") == NEXT_DOOR else row for row in finding.sensitivity)
    ring = next_door(replace(finding, sensitivity=rows))
    assert ring is not None
    text = next_door_plan(finding, ring, place).sentence
    assert "rose 60 % month for month (200 in two years to 160 in one year)" in text
    assert "the same as that" in text


def test_too_few_next_door_have_no_best_estimate(place: Place) -> None:
    finding = ringed(examples.burglary(), "Too few events to tell", 1.1, 20, 16)
    ring = next_door(finding)
    assert ring is not None
    plan = next_door_plan(finding, ring, place)
    assert "The counts next door are too small for a best estimate." in plan.sentence
    assert "10 % more" not in plan.sentence
    assert plan.rows[1].words() == "too few events"


# The checks --------------------------------------------------------------------------------------------------------


def checks(finding: Finding) -> dict[str, str]:
    table = guards(finding)
    assert table is not None
    return {str(question): str(answer) for question, answer in table.rows}


def test_every_check_is_answered_with_its_numbers() -> None:
    found = checks(examples.fell_more())
    assert found["Is enough counted before the start?"] == "Yes: 78, and 25 are needed."
    assert found["Could this comparison see a change?"].startswith(
        "Yes: a fall of 38 % or more would show 8 times in 10."
    )
    assert found["Are there enough similar places?"] == "Yes: 60, and 19 are needed."
    assert found["Does the series reach far enough back?"] == (
        "It could be longer: 2 quarters before the start are used, and three years are best; 50 % of the weight lies on the "
        "last quarter."
    )
    assert found["Was the year before the start unusually high?"].startswith("Not by more than 15 %")
    assert found["Did the way of counting change?"].startswith("Yes. 5 of the 24 later months lie in")
    assert found["Does a second method lean the same way?"] == "Yes."
    assert found["Was this outcome chosen beforehand?"] == "Yes. It is judged together with the one other."


def test_a_check_that_fails_says_so() -> None:
    finding = examples.burglary()
    assert finding.comparison is not None
    assert finding.before is not None
    long = replace(finding.comparison, quarter_weights=(1 / 12,) * 12)
    few = replace(
        finding, before=replace(finding.before, count=12), comparison=long, second_method=Ratio(1.2, 0.8, 1.6, 0.4),
        caveats=(("bad-year", "Numbers were unusually high just before the start."),),
        question=replace(finding.question, indicator="violence"),
    )  # fmt: skip
    found = checks(few)
    assert found["Is enough counted before the start?"] == "No: 12, and 25 are needed."
    assert found["Could this comparison see a change?"].startswith("No: a fall of 61 %")
    assert found["Does the series reach far enough back?"].startswith("Yes: 12 quarters")
    assert found["Was the year before the start unusually high?"].startswith("Yes. Numbers were unusually high")
    assert found["Did the way of counting change?"] == "Not that we know of."
    assert found["Does a second method lean the same way?"] == "No."
    assert found["Was this outcome chosen beforehand?"].startswith("No: it was found by looking")
    weak = replace(few, second_method=Ratio(0.9, 0.6, 1.4, 0.5), question=replace(few.question, family=("violence",)))
    assert checks(weak)["Does a second method lean the same way?"].startswith("Only a little")
    assert checks(weak)["Was this outcome chosen beforehand?"] == "Yes. It was the only one."
    alone = replace(few, second_method=None, question=replace(few.question, family=()))
    assert checks(alone)["Does a second method lean the same way?"] == "It could not be used here."
    assert checks(alone)["Was this outcome chosen beforehand?"].startswith("No outcome was.")


def test_of_a_level_no_count_and_no_bad_year_is_asked() -> None:
    finding = examples.cannot_tell()
    assert finding.comparison is not None
    level = replace(
        finding, kind="median", unit="pounds", detectable_change_percent=None,
        comparison=replace(finding.comparison, quarter_weights=()),
    )  # fmt: skip
    assert list(checks(level)) == [
        "Are there enough similar places?", "Did the way of counting change?", "Does a second method lean the same way?",
        "Was this outcome chosen beforehand?",
    ]  # fmt: skip


# Another comparison set --------------------------------------------------------------------------------------------


def test_another_set_is_named_beside_the_verdict_with_what_the_chosen_one_says() -> None:
    main = examples.cannot_tell()
    assert other_set_words(main, "other-councils", main) == (
        "This is with another comparison set than the one chosen beforehand: only those in other councils (60 places). With "
        "the one chosen beforehand the answer is: We cannot tell (31 % fewer; 78 to 34, two years each)."
    )
    text = other_set_words(examples.not_comparable(), "nearest", examples.burglary())
    assert "only the 30 most alike. With the one chosen beforehand the answer is: Too few events to tell." in text
    assert list(set_choices(("chosen", "same-council"))) == ["chosen", "same-council"]


@pytest.mark.parametrize("finding", examples.every(), ids=lambda one: one.verdict)
def test_no_forbidden_word(finding: Finding, place: Place) -> None:
    texts = [other_set_words(finding, "nearest", finding)]
    if plan := methods_plan(finding):
        texts.append(plan.sentence)
        texts += [str(cell) for row in (guards(finding) or plan.table).rows for cell in row]
        asked = ringed(finding, finding.verdict, 0.9)
        ring = next_door(asked)
        assert ring is not None
        texts += [next_door_plan(asked, ring, place).sentence, gaps(finding, SERIES, place).sentence]
    assert not [word for word in FORBIDDEN for text in texts if word in text.lower()]
