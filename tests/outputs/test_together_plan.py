"""The pooled evidence as a chart and tables: everybody invited is in, too few hides the estimate, grey is no verdict."""

from __future__ import annotations

from dataclasses import replace

from indicators import Studied
from indicators.communities import communities
from indicators.finding import Finding
from outputs.across import Community
from outputs.chart import ranges_html
from outputs.together_plan import TogetherPlan, reasons, together_plan, what_is_needed
from outputs.together_words import sentence
from outputs.words import FORBIDDEN
from tests.outputs import examples
from tests.outputs.test_across import place
from tests.outputs.test_together_words import CANNOT, FELL, FEW, NAMES, of

NO_START = of("d", examples.no_start())


def plan(*findings: Finding) -> TogetherPlan:
    return together_plan(communities(findings), NAMES)


def test_everybody_invited_has_a_row_and_the_pooled_one_is_last() -> None:
    made = plan(CANNOT, NO_START, FEW, FELL)
    assert [row.label for row in made.ranges.rows] == ["Alder", "Dogwood", "Birch", "Cedar", "All three together"]
    assert [row.words() for row in made.ranges.rows[:3]] == ["31 % fewer", "not put together", "too few events"]
    assert [row.bold for row in made.ranges.rows] == [False] * 4 + [True]
    assert made.sentence == sentence(communities((CANNOT, NO_START, FEW, FELL)))
    assert "All three together" in made.alt
    assert "Dogwood: not put together" in made.alt


def test_the_table_has_own_dates_weights_and_reasons() -> None:
    lines = plan(CANNOT, NO_START, FELL).csv().splitlines()
    assert lines[2].startswith("Dogwood,")
    assert lines[2].endswith(",no start date is known")
    made = plan(CANNOT, NO_START, FEW, FELL).table
    cells = [dict(zip(made.header, row, strict=True)) for row in made.rows]
    assert cells[0]["Before"] == "78 in two years (August 2018 to July 2020)"
    assert cells[1]["Weight, parts of 100"] == cells[1]["Before"] == ""
    assert cells[2]["Best estimate"] == "too few events"
    assert 99 <= sum(int(str(cells[at]["Weight, parts of 100"])) for at in (0, 2, 3)) <= 101
    assert cells[3]["Answer by itself"] == "Fell more than in similar places (better)"
    assert cells[4]["Community"] == "All three together"


def test_leaving_one_out_is_the_same_in_both_tables() -> None:
    made = plan(CANNOT, NO_START, FEW, FELL)
    assert made.without is not None
    assert [row[0] for row in made.without.rows] == ["Alder", "Birch", "Cedar"]
    at = made.table.header.index("Together without it")
    assert [row[1:] for row in made.without.rows] == [made.table.rows[row][at : at + 2] for row in (0, 2, 3)]
    assert plan(CANNOT, FELL).without is None


def test_a_pooled_reading_is_never_blue_or_orange() -> None:
    sure = plan(*(of(name, examples.fell_more(), detectable_change_percent=-30.0) for name in "abc"))
    assert sure.ranges.rows[-1].tone == "different"
    assert plan(CANNOT, FEW).ranges.rows[-1].tone == "cannot_tell"


def test_a_long_name_is_whole_in_the_picture_and_in_the_table() -> None:
    name = "The partnership of all the neighbours by the long river"
    made = together_plan(communities((CANNOT, NO_START, FELL)), NAMES | {"a": name})
    assert made.ranges.rows[0].label == made.table.rows[0][0] == name
    drawn = ranges_html(made.ranges)
    assert f">{name}</span>" in drawn
    assert ">Both together</b>" in drawn


def test_what_is_needed_names_who_has_it() -> None:
    def community(name: str, finding: Finding | None, refused: str = "") -> Community:
        return Community(place(name.lower(), name), Studied(finding, None) if finding else None, refused)

    stepped = replace(FELL, caveats=(("break-step", "The counting changed."),))
    everybody = [
        community("Alder", CANNOT), community("Birch", examples.no_start()), community("Cedar", stepped),
        community("Dogwood", None, "Too many months."),
    ]  # fmt: skip
    assert reasons(everybody) == (
        ("Alder", ""),
        ("Birch", "no start date is known"),
        ("Cedar", "the counting changed between its two periods"),
        ("Dogwood", "Too many months."),
    )
    text = what_is_needed(everybody)
    assert "at least two communities that counted the same outcome" in text
    assert "Of those here, Alder has that." in text
    assert "none has that yet" in what_is_needed(everybody[1:])
    assert "Alder and Elm have that" in what_is_needed([*everybody, community("Elm", FELL)])
    assert not [word for word in FORBIDDEN if word in text.lower()]
