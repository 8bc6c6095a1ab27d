"""What a page shows before its program has loaded is what the page says, and nothing in it is more than text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from outputs.opening import ELEMENT, opening_html
from outputs.pack import Pack, pack_of
from outputs.story import Paragraph
from outputs.words import USE
from store.database import Store
from store.place import Place, Story

BAD = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    """The worked example."""
    place = next(place for place in sample_store.places if place.slug == "north-stonehouse")
    return pack_of(sample_store, place, today=date(2026, 11, 22))


def drawn(pack: Pack, place: Place | None = None, *, is_sample: bool = True) -> str:
    chart = next((sheet.chart, sheet.finding) for sheet in pack.told if sheet.chart is not None)
    return opening_html(place or pack.place, pack.findings, pack.first_line, pack.story, chart, is_sample=is_sample)


def test_it_tells_the_story_with_its_first_picture(pack: Pack) -> None:
    html = drawn(pack)
    said = re.sub(r"<[^>]+>", "", html).replace("\u00a0", " ")
    assert "<h1>Stronger North Stonehouse</h1>" in html
    assert all(f"{paragraph.lead} {paragraph.text}".strip() in said for paragraph in pack.story)
    assert html.count('role="img"') == 2  # one for a wide window, one for a phone
    # What stands under every chart and every page: where the figures come from, and what they are not for.
    assert "Source: Home Office, data.police.uk. Open Government Licence v3.0. Data to August 2025, fetched on" in said
    assert USE in said
    assert "This is a sample." in html
    assert "This is a sample." not in drawn(pack, is_sample=False)


def test_a_place_without_figures_has_words_and_no_picture(pack: Pack) -> None:
    html = opening_html(pack.place, (), "", (Paragraph("", "Nothing is loaded."),), None, is_sample=False)
    assert "Nothing is loaded." in html
    assert "<figure" not in html


def test_its_rules_reach_nothing_but_itself(pack: Pack) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", drawn(pack), re.DOTALL)
    depth, outermost = 0, [""]
    for sign in style:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            outermost.append("") if sign == "}" else outermost.__setitem__(-1, outermost[-1] + sign)
    named = {rule.strip() for rule in outermost if rule.strip()}
    assert named == {f"#{ELEMENT}", "@media screen and (prefers-color-scheme:dark)", "@media print"}
    for inside in re.findall(r"@media (?:screen and \(prefers-color-scheme:dark\)|print)\{(#?\w+)\{", style):
        assert inside == f"#{ELEMENT}"


def test_what_people_write_is_text(pack: Pack) -> None:
    place = replace(pack.place, name=f"Here {BAD}", summary=BAD, town=BAD, stories=(Story(BAD, BAD, "yes"),))
    html = drawn(pack, place)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5
