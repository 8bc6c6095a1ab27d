"""What people here answer to a number, and why their list was changed, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from outputs import scorecard
from outputs.board_words import changes_words
from outputs.reply_words import HEADING, replies_html, replies_to, replies_to_others, reply_words
from store.folder import SHIPPED
from store.place import ChosenChange, Place, Reply, read_place
from tests.outputs import examples
from tests.outputs.test_scorecard import read

QUIET = Reply("burglary", "It is quieter on our stairs.", "a resident", "2026-11, for all to see", date(2026, 11, 1))
NOBODY = replace(QUIET, text="We do not ring the police any more.", said_by="")
ELSEWHERE = replace(QUIET, indicator="child-protection", text="Ask us first.")
UNKNOWN = replace(QUIET, indicator="local-benches", text="Come and count them.")
HOSTILE = replace(QUIET, text="<script>alert(1)</script>", said_by="<b>Ann</b>")


def test_an_answer_is_told_with_who_said_it_and_when() -> None:
    assert reply_words(QUIET) == "“It is quieter on our stairs.” — a resident, November 2026"
    assert reply_words(NOBODY) == "“We do not ring the police any more.” — November 2026"


def test_consent_is_kept_and_not_shown() -> None:
    assert QUIET.consent not in replies_html([QUIET])


def test_nothing_is_said_where_nobody_answers() -> None:
    assert replies_html([]) == ""
    assert replies_html([], named_by=examples.every()) == ""
    plain = scorecard.scorecard_html([examples.burglary()], caption="x")
    assert plain == scorecard.scorecard_html([examples.burglary()], caption="x", replies=[ELSEWHERE])
    assert HEADING not in plain


def test_every_answer_stands_in_the_table_or_below_it() -> None:
    replies, shown = [QUIET, ELSEWHERE, NOBODY, UNKNOWN], [examples.burglary()]
    assert replies_to(replies, "burglary") == (QUIET, NOBODY)
    assert replies_to_others(replies, shown) == (ELSEWHERE, UNKNOWN)
    below = replies_html(replies_to_others(replies, shown), named_by=shown)
    assert "Children on a protection plan: “Ask us first.”" in below
    # What a community counted once and holds no more has no other name.
    assert "local-benches: “Come and count them.”" in below


def test_an_answer_stands_right_under_its_row() -> None:
    finding = examples.burglary()
    html = scorecard.scorecard_html([finding], caption="x", replies=[QUIET, NOBODY, ELSEWHERE])
    reader = read(html)
    # A row of its own under the outcome's, as wide as the table, and no outcome more.
    assert reader.number("th", scope="row") == 1
    assert reader.number("td", colspan="6") == 1
    first, second = html.split("<tbody>")[1].split("</tr>")[:2]
    assert finding.title in first
    assert second.count(HEADING) == 1
    assert second.index("quieter") < second.index("police any more")
    assert "Ask us first" not in html


def test_answers_are_escaped() -> None:
    html = scorecard.scorecard_html([examples.burglary()], caption="x", replies=[HOSTILE])
    read(html)
    assert "<script" not in html
    assert "<b>Ann" not in html
    assert "&lt;script&gt;" in html


@pytest.fixture
def place() -> Place:
    return read_place(SHIPPED / "areas", "north-stonehouse")


def test_every_change_of_the_list_is_told_with_its_day_list_and_reason(place: Place) -> None:
    assert changes_words(place, []) == ""
    changed = replace(
        place,
        changes=(
            ChosenChange(date(2026, 3, 1), ("robbery", "local-benches"), "A slip of the pen"),
            ChosenChange(date(2026, 12, 3), ("gone",), "Nobody here asked for it!"),
        ),
    )
    local = replace(examples.burglary(), title="Benches", question=replace(
        examples.burglary().question, indicator="local-benches"
    ))  # fmt: skip
    assert changes_words(changed, [local]) == (
        "The list chosen beforehand was changed on 1 March 2026. Until then it was robbery and benches. "
        "Why: A slip of the pen. The list chosen beforehand was changed on 3 December 2026. Until then it was gone. "
        "Why: Nobody here asked for it!"
    )
