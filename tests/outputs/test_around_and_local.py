"""What is measured around a place, and what people there count themselves: whose figure it is, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indicators.discovery import all_indicators
from indicators.finding import Finding, Level
from indicators.ground import NOT_PUBLISHED
from indicators.quarter_series import QuarterSeries
from indicators.study import Studied
from outputs import clauses, sentence, whose
from outputs.background import background_table, for_residents
from outputs.blanks import blanks, only_local
from outputs.board_words import next_step, not_loaded_words, periods_words
from outputs.choices import choices
from outputs.newest import newest
from outputs.story import story, told_in_full
from store.period import Window
from tests.outputs import examples

COUNCIL = "council-wide (it cannot show your neighbourhood by itself)"
LOCAL = "in your neighbourhood, counted by people here"


def council(indicator: str = "child-injury-admissions", title: str = "Children admitted for injuries") -> Finding:
    """A council's count: 465 in one whole year before, 630 in two after."""
    found = examples.not_comparable()
    assert found.before is not None
    assert found.after is not None
    return replace(
        found,
        question=replace(found.question, indicator=indicator),
        title=title,
        measured_at=COUNCIL,
        before=replace(found.before, count=465, months_used=12),
        after=replace(found.after, count=630, months_used=24),
        change_percent=-32.3,
        caveats=(("measured-in", "The figure is for Plymouth."),),
    )


def school_years(counts: tuple[float | None, ...], month: int = 4) -> QuarterSeries:
    """Whole years from 2018 on that begin in ``month``."""
    return QuarterSeries(tuple(date(2018 + at, month, 1) for at in range(len(counts))), counts, months_each=12)


def survey(before: float = 6.1, after: float = 6.8) -> Finding:
    """Hope, asked of 62 people before and of 74 after."""
    found = examples.not_comparable()
    levels = [
        Level(window, None, 1, 16, None, rate, rate - 0.7, rate + 0.7, base)
        for window, rate, base in ((examples.BEFORE, before, 62.0), (examples.AFTER, after, 74.0))
    ]
    return replace(
        found, question=replace(found.question, indicator="local-hope"), title="Hope", unit="average answer, 0 to 10",
        kind="mean", better="higher", measured_at=LOCAL, before=levels[0], after=levels[1], change_percent=11.4,
        verdict_because=("nobody else counts this in the same way",), caveats=(),
    )  # fmt: skip


def hidden() -> Finding:
    """A local figure of so few people that nothing of it is shown."""
    nothing = [Level(window, None, 12, 0, None, None, None, None) for window in (examples.BEFORE, examples.AFTER)]
    return replace(
        survey(), question=replace(survey().question, indicator="local-postnatal-depression"), kind="proportion",
        title="Postnatal depression, as health visitors count it", before=nothing[0], after=nothing[1],
        change_percent=None, verdict_because=("the figures are too small to be shown",),
        caveats=(("local-hidden", "Figures of fewer than 10 people are not shown."),),
    )  # fmt: skip


def test_a_figure_of_a_council_is_called_by_the_councils_name() -> None:
    assert whose.heading(examples.burglary(), "North Stonehouse") == "Break-ins in North Stonehouse"
    assert whose.heading(council(), "North Stonehouse") == "Children admitted for injuries: Plymouth"
    nobody = replace(council(), caveats=())
    assert whose.heading(nobody, "North Stonehouse") == "Children admitted for injuries: the whole council"
    school = replace(nobody, title="Results at your primary schools", measured_at="at your schools")
    assert whose.heading(school, "North Stonehouse") == "Results at your primary schools"
    assert whose.owner(school, "North Stonehouse") == "Your schools"
    assert whose.heading(hidden(), "Here") == "Postnatal depression, as health visitors count it: Here"
    assert (whose.is_here(survey()), whose.is_local(survey()), whose.where(survey())) == (
        True, True, "counted by people here",
    )  # fmt: skip


def test_the_story_leaves_out_what_is_not_the_neighbourhoods_own() -> None:
    assert told_in_full([council(), examples.burglary()]) == examples.burglary()
    text = " ".join(str(part) for part in story([council(), examples.burglary()], "North Stonehouse"))
    assert "injuries" not in text
    assert "465" not in text
    alone = story([council()], "North Stonehouse")
    assert alone[0].lead == "We cannot yet say what changed in North Stonehouse."


def test_a_name_with_a_comma_is_kept_whole_among_others() -> None:
    text = str(story([examples.burglary(), hidden(), examples.not_loaded()], "Here")[-1])
    assert "postnatal depression, as health visitors count it; and people claiming" in text


def test_the_background_names_years_as_people_do_and_says_what_sums_are_set_beside() -> None:
    item = Studied(council(), school_years((560, 465, 305, 355, 275, 320)))
    (row,) = background_table([item]).rows
    assert row == (
        "Children admitted for injuries",
        "Plymouth (whole council)",
        "fell 32 % year for year: 465 in 2019/20 to 630 in 2021/22 and 2022/23",
        "320 (2023/24)",
    )
    left_out = Studied(council(), school_years((560, 465, 305, None, 275, None)))
    assert "630 in two years of April 2021 to March 2023" in str(background_table([left_out]).rows[0][2])
    blank = Studied(replace(council(), before=None, after=None), school_years((None,)))
    assert background_table([blank]).rows[0][2:] == ("not known for both periods", "not known")


def test_schools_and_surgeries_come_before_the_council_and_say_which_they_are() -> None:
    surgery = replace(
        council("diabetes", "Diabetes, recorded by GPs"), measured_at="at your GP practices",
        caveats=(("practice-1", "60 % of people here are with Adelaide Street Surgery."),),
    )  # fmt: skip
    rows = background_table([Studied(council(), None), Studied(surgery, None)]).rows
    assert [row[0] for row in rows] == ["Diabetes, recorded by GPs", "Children admitted for injuries"]
    assert rows[0][1] == "At your GP practices. 60 % of people here are with Adelaide Street Surgery."


def test_residents_are_not_shown_what_is_sensitive() -> None:
    plans = Studied(council("child-protection", "Children on a protection plan"), None)
    injuries = Studied(council(), None)
    assert for_residents([plans, injuries]) == [injuries]


def test_the_newest_figure_tells_its_unit_and_its_period() -> None:
    assert newest(survey(), school_years((6.1, None, 6.8, None), 9)) == "6.8 average answer, 0 to 10 (2020/21)"
    share = replace(survey(), kind="proportion")
    assert newest(share, QuarterSeries((date(2025, 3, 1),), (20.16,), months_each=1)) == "20.2 % (March 2025)"
    price = replace(survey(), kind="median", unit="pounds")
    assert newest(price, QuarterSeries((date(2022, 1, 1),), (162_997.5,), months_each=12)) == "£162,998 (2022)"
    assert newest(price, None) == newest(price, school_years((None,))) == ""


def test_a_survey_is_told_without_months_in_which_nobody_was_asked() -> None:
    assert sentence.of(survey()).startswith("Hope rose 11 % from 6.1 to 6.8. This cannot be compared")
    assert "Missing" not in sentence.of(survey())
    first = story([survey()], "Here")[0]
    assert first.text.startswith("The records show 6.1 before the programme and 6.8 after. That is 0.7 higher")
    share = replace(
        survey(50, 60.8), kind="proportion", change_percent=21.6,
        before=Level(examples.BEFORE, 31, 1, 16, None, 50.0, None, None, 62),
        after=Level(examples.AFTER, 45, 1, 11, None, 60.8, None, None, 74),
    )  # fmt: skip
    assert "That is 10.8 percentage points higher" in story([share], "Here")[0].text


def test_figures_too_small_to_show_are_said_once_and_never_as_missing() -> None:
    text = sentence.of(hidden())
    assert text == (
        "Postnatal depression, as health visitors count it: the numbers are too small to be shown. That keeps people from "
        "being picked out."
    )
    assert "local-postnatal-depression" not in only_local([hidden()])


def test_what_is_counted_on_single_days_is_told_by_the_number_of_counts() -> None:
    stock = replace(
        council("children-in-need", "Children in need"), kind="stock", change_percent=11.6,
        before=Level(examples.BEFORE, 1788, 2, 0, None, None, None, None),
        after=Level(examples.AFTER, 1995, 2, 0, None, None, None, None),
    )  # fmt: skip
    assert "rose 12 % (1,788 to 1,995 on average, two counts each)" in sentence.of(stock)
    assert clauses.span_of(stock, Level(examples.BEFORE, 1788, 1, 0, None, None, None, None)) == "one count"
    months = replace(stock, before=Level(examples.BEFORE, 1788, 8, 16, None, None, None, None))
    assert "in 8 months" in sentence.of(months)


def test_an_average_over_more_months_is_not_divided_by_them() -> None:
    stock = replace(
        survey(), kind="stock", unit="groups", change_percent=54.5,
        before=Level(examples.BEFORE, 11, 12, 0, None, None, None, None),
        after=Level(examples.AFTER, 17, 24, 0, None, None, None, None),
    )  # fmt: skip
    assert "month for month" not in sentence.of(stock)
    numbers = clauses.pair(stock)
    assert numbers is not None
    assert clauses.monthly(stock, numbers) == (11, 17)


def test_blanks_are_said_in_one_row_for_all_that_is_not_loaded_and_without_commands() -> None:
    other = replace(examples.not_loaded(), title="Vehicle crime", verdict_because=("To load them, run: python -m …",))
    rows = blanks([examples.burglary(), examples.not_loaded(), other, hidden(), survey()])
    assert rows[0][0] == "Claimants and vehicle crime"
    assert rows[1][0] == "Postnatal depression, as health visitors count it"
    assert [row[0] for row in rows[2:]] == ["Feeling safe, belonging", "Homes improved"]
    assert "python" not in " ".join(cell for row in rows for cell in row)
    assert only_local([]) == ["Feeling safe, hope, belonging", "Mothers' low mood after birth", "Homes improved"]


def test_the_board_names_what_is_not_loaded_the_aims_first() -> None:
    aim = replace(examples.not_loaded(), title="Robbery", question=examples.rose_more().question)
    assert not_loaded_words([examples.burglary(), examples.not_loaded(), aim]).startswith(
        "Not loaded yet: robbery (aim) and claimants."
    )
    assert not_loaded_words([examples.burglary()]) == ""


def test_what_nobody_publishes_here_is_never_said_to_be_a_matter_of_loading() -> None:
    nowhere = replace(examples.not_loaded(), title="Robbery", verdict_because=(NOT_PUBLISHED,))
    rows = blanks([nowhere, examples.not_loaded()])
    assert [row[0] for row in rows[:2]] == ["Claimants", "Robbery"]
    assert rows[1][1] == "The source of these figures does not exist for Scotland."
    assert "load" not in " ".join(rows[1])
    assert blanks([nowhere])[0][0] == "Robbery"
    assert not_loaded_words([nowhere]) == "The source of these figures does not exist for Scotland: robbery."
    assert not_loaded_words([nowhere, examples.not_loaded()]).startswith("Not loaded yet: claimants. Whoever")
    assert next_step(nowhere) == "Count something nearer the work."
    assert "load the data" in next_step(examples.not_loaded())
    said = sentence.what_can_be_seen([examples.burglary(), nowhere, examples.not_loaded()])
    assert said.endswith("one can be seen in this neighbourhood, one is not loaded yet and one is not published here.")


def test_what_only_people_here_count_is_counted_on_and_not_sent_elsewhere() -> None:
    assert next_step(survey()) == "Keep counting in the same way, and ask people what they see behind it."
    assert next_step(council()) == "Count something nearer the work."


def test_the_boards_periods_are_those_of_most_outcomes_measured_here() -> None:
    elsewhen = replace(
        council(), before=replace(examples.level(examples.BEFORE, 5), window=Window(date(2010, 1, 1), 24))
    )
    usual = "Before: August 2018 to July 2020. After: April 2021 to March 2023."
    assert periods_words([elsewhen, examples.burglary()]) == usual
    assert periods_words([elsewhen]) == periods_words([examples.no_start()]) == ""
    own = replace(elsewhen, measured_at="in your neighbourhood")
    assert periods_words([examples.burglary(), own, examples.rose_more()]).startswith(usual + " Some outcomes")


def test_the_list_to_choose_from_has_what_is_here_first_and_what_is_not_loaded_last() -> None:
    known = all_indicators()
    held = {"burglary", "violence", "robbery", "anxiety", "diabetes"}
    found = choices(("robbery", "vehicle-crime", "burglary"), known, held)
    assert list(found)[:5] == ["robbery", "burglary", "violence", "diabetes", "anxiety"]
    assert len(found) == len(known)
    assert found["burglary"] == "Burglary"
    assert found["anxiety"].endswith(" · council-wide")
    assert found["vehicle-crime"] == "Vehicle crime · not loaded"
    assert found["school-key-stage-2"].count("schools") == 1
    assert list(found).index("vehicle-crime") > 4
