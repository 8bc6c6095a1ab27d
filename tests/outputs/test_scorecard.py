"""The board's table."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from outputs import scorecard
from outputs.difference_axis import axis
from outputs.look import palette
from tests.outputs import examples


class Reader(HTMLParser):
    """Counts start tags, keeps their attributes and checks that all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def number(self, tag: str, **wanted: str) -> int:
        """How many of a tag have these attributes."""
        return sum(
            name == tag and all(found.get(key) == value for key, value in wanted.items()) for name, found in self.tags
        )


def read(html: str) -> Reader:
    """The document, parsed to its end."""
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_the_table_has_real_headers_a_caption_and_one_row_an_outcome() -> None:
    reader = read(scorecard.scorecard_html(examples.every(), caption="Eight outcomes"))
    assert reader.number("th", scope="col") == 6
    assert reader.number("th", scope="row") == len(examples.every())
    assert reader.number("caption") == 1
    assert reader.number("div", role="region", tabindex="0") == 1


def test_every_range_is_a_picture_with_words_and_signs_are_silent() -> None:
    reader = read(scorecard.scorecard_html(examples.every(), caption="x"))
    alts = [found["alt"] for tag, found in reader.tags if tag == "img"]
    assert alts.count("") == len(examples.every())
    assert "31 % fewer, somewhere between 64 % fewer and 33 % more" in alts
    assert "somewhere between 64 % fewer and 33 % more" in alts  # too few: the range without the estimate


def test_hostile_titles_and_reasons_are_escaped() -> None:
    hostile = "</table><script>alert('x')</script>"
    one = replace(examples.not_comparable(), title=hostile, verdict_because=(hostile,))
    html = scorecard.scorecard_html([one], caption=hostile)
    read(html)
    assert "<script" not in html


def test_exceptions_come_first_and_bad_news_is_not_hidden() -> None:
    ordered = scorecard.in_order(examples.every())
    assert len(ordered) == len(examples.every())
    assert [one.verdict for one in ordered[:2]] == [
        "Rose more than in similar places",
        "Fell more than in similar places",
    ]
    assert ordered[-1].verdict == "Not loaded"


def test_rows_for_the_numbers_say_the_same_with_counts_beside_every_percentage() -> None:
    table = scorecard.scorecard_table(examples.every())
    assert "78 to 34, fell 56 %" in [row[2] for row in table.rows]
    assert "fell 37 %, 1,500 to 950" in [row[3] for row in table.rows]
    for row in table.rows:
        for cell in row[2:4]:
            assert "%" not in str(cell) or " to " in str(cell)


def test_better_lies_right_of_the_upright_in_both_directions() -> None:
    along = axis([0.25, 4], "lower")
    fell = scorecard.range_svg(examples.fell_more(), along)
    more_is_better = scorecard.range_svg(replace(examples.rose_more(), better="higher"), along)
    for svg in (fell, more_is_better):
        at = float(svg.split('circle cx="')[1].split('"')[0])
        upright = float(svg.split('line x1="')[1].split('"')[0])
        assert at > upright
        assert palette("light")["blue"] in svg


def test_too_few_is_dotted_without_a_dot_for_the_estimate() -> None:
    svg = scorecard.range_svg(examples.burglary(), axis([0.25, 4], "lower"))
    assert "stroke-dasharray" in svg
    assert "<circle" not in svg


def test_one_axis_holds_every_range_whole() -> None:
    along = scorecard.shared_axis(examples.every())
    for one in examples.every():
        if one.comparison:
            assert along.left < along.place(one.comparison.headline.upper) < along.right
            assert along.left < along.place(one.comparison.headline.lower) < along.right
