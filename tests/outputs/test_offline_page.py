"""The page in a single file: everything on it, nothing from anywhere, and nothing that a file could smuggle in."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from lxml import html as lxml_html

from outputs.chart_plan import SeriesPlan
from outputs.chart_svg import series_svg
from outputs.look import palette
from outputs.offline_page import make, page
from outputs.offline_style import VARIABLES, in_variables
from outputs.pack import Pack
from outputs.panel_words import panel_words
from outputs.words import FORBIDDEN, verdict_words
from store.database import Store
from store.place import Asset, Milestone, Reply, Story
from tests.outputs import packs
from tests.outputs.test_chart import HOSTILE, series

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b")


@pytest.fixture(scope="module")
def real(sample_store: Store) -> Pack:
    """North Stonehouse, with a start, a comparison and a map."""
    return packs.pack(sample_store, "north-stonehouse")


@pytest.fixture(scope="module")
def shown(real: Pack, sample_store: Store) -> str:
    """Its page."""
    return make(real, sample_store)[".html"].decode("utf-8")


def _words(document: str) -> str:
    """What a reader without a script reads, also in what is folded."""
    tree = lxml_html.fromstring(document)
    for part in tree.xpath("//script | //style"):
        part.drop_tree()
    return " ".join(tree.text_content().split())


def test_it_asks_for_nothing_from_anywhere(shown: str) -> None:
    tree = lxml_html.fromstring(shown)
    addresses = [
        value for name in ("src", "href", "srcset", "action", "data", "poster") for value in tree.xpath(f"//@{name}")
    ]
    assert addresses
    assert all(one.startswith(("data:", "#")) for one in addresses)
    assert not re.search(r"@import|url\((?!data:|#)", shown)
    assert re.findall(r"https?://[^\s\"'<)]+", shown.replace("http://www.w3.org/2000/svg", "")) == []


def test_its_policy_allows_its_own_script_and_nothing_else(shown: str) -> None:
    tree = lxml_html.fromstring(shown)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (script,) = re.findall(r"<script>(.*?)</script>", shown, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:", "font-src": "data:",
        "script-src": f"'sha256-{digest}'", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")


def test_search_engines_stay_away_unless_they_are_asked_in(real: Pack, shown: str) -> None:
    assert '<meta name="robots" content="noindex">' in shown
    assert "noindex" not in page(real, [], robots=True)
    assert "og:" not in shown
    assert "twitter:" not in shown


def test_it_is_light_and_always_the_same(real: Pack, shown: str, sample_store: Store) -> None:
    assert len(shown.encode()) < 300_000
    assert make(real, sample_store)[".html"].decode() == shown
    assert len(page(packs.many(real, 12), []).encode()) < 300_000
    assert len(page(packs.many(real, 40), []).encode()) < 1_500_000


def test_its_order_is_that_of_the_residents_page(shown: str) -> None:
    heads = [head.text_content() for head in lxml_html.fromstring(shown).xpath("//h1 | //h2")]
    assert heads[:2] == ["Stronger North Stonehouse", "What changed"]
    assert heads.index("What changed") < heads.index("What we do not have, and why") < heads.index("The board’s table")
    assert heads[-1] == "Who made this, and how to question it"
    assert shown.index("What is strong here.") < shown.index('id="changed"')


def test_it_says_everything_in_words(real: Pack, shown: str) -> None:
    words = _words(shown)
    for sheet in real.told:
        assert " ".join(panel_words(sheet.finding, sheet.studied.series).split()) in words
    for sheet in real.loaded:
        finding = sheet.finding
        assert verdict_words(finding) in words
        assert finding.plan_hash in words
        assert finding.data_hash[:16] in words
        assert all(" ".join(text.split()) in words for _, text in finding.caveats)
    for line in (*real.sources, real.use, real.drawn_by, real.software, "Made on", "This is a sample", real.headline):
        assert line in words
    for paragraph in real.story:
        assert paragraph.text in words
    assert "of 100 the tool said that something had changed" in words
    assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", words.lower())]


def test_every_chart_has_a_title_a_description_and_its_numbers(real: Pack, shown: str) -> None:
    tree = lxml_html.fromstring(shown)
    figures = tree.xpath("//figure[@data-name]")
    assert len(figures) == sum(sheet.chart is not None for sheet in real.told)
    for figure in figures:
        rows = figure.xpath("details//tbody/tr")
        for picture in figure.xpath("svg"):
            ids = picture.get("aria-labelledby").split()
            assert [part.text_content() for part in picture.xpath("title | desc")] == [
                tree.get_element_by_id(one).text_content() for one in ids
            ]
            assert len(picture.get("data-x").split()) == len(rows)
    every = tree.xpath("//@id")
    assert len(every) == len(set(every))
    assert not [head for head in tree.xpath("//table/thead/tr/th") if head.get("scope") != "col"]


def test_headings_never_skip_a_level(shown: str) -> None:
    levels = [int(head.tag[1]) for head in lxml_html.fromstring(shown).xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_colour_is_a_variable_of_three_themes(shown: str) -> None:
    body = shown[shown.index("<body>") :]
    assert _COLOUR.findall(body) == []
    for theme in ("light", "dark", "print"):
        assert all(f"--{key}:{colour};" in shown for key, colour in palette(theme).items())


def test_a_drawing_keeps_what_is_no_colour_of_the_palette() -> None:
    ink = palette("light")["ink"]
    assert in_variables(f'<path stroke="{ink}" fill="#123456"/>') == '<path stroke="var(--ink)" fill="#123456"/>'
    assert len(set(map(str.upper, palette("light").values()))) == len(VARIABLES)


@pytest.fixture
def hostile(real: Pack) -> Pack:
    """A place whose every word wants to be markup."""
    place = replace(
        real.place, name=HOSTILE, town=HOSTILE, summary=HOSTILE, drawn_by=HOSTILE, prior_evaluation=HOSTILE,
        milestones=(Milestone(date(2020, 1, 1), None, False, 0, "else", HOSTILE),),
        stories=(Story(HOSTILE, HOSTILE, "yes"),), assets=(Asset(HOSTILE, "group"),),
        replies=(Reply("robbery", HOSTILE, HOSTILE, "yes", date(2026, 11, 1)), Reply("gone", HOSTILE, "", "yes", date(2026, 11, 1))),
    )  # fmt: skip
    sheets = tuple(
        replace(one, chart=one.chart and replace(one.chart, place=HOSTILE, title=HOSTILE, counted=HOSTILE)) for one in real.sheets
    )  # fmt: skip
    return replace(real, place=place, sheets=sheets, map=real.map and replace(real.map, place=HOSTILE))


def test_everything_from_files_is_text(hostile: Pack) -> None:
    document = page(hostile, [], home="../index.html")
    assert HOSTILE not in document
    assert "<img" not in document
    tree = lxml_html.fromstring(document)
    assert not tree.xpath("//@onerror | //img")
    assert _words(document).count(unescape(HOSTILE)) > 15


def test_what_people_answer_stands_beside_the_number(real: Pack) -> None:
    replies = (
        Reply("robbery", "We walk home in pairs.", "a resident", "yes", date(2026, 11, 1)),
        Reply("house-prices", "Rents rose more.", "", "yes", date(2026, 11, 1)),
        Reply("gone", "Nobody counts this.", "", "yes", date(2026, 11, 1)),
    )
    tree = lxml_html.fromstring(page(replace(real, place=replace(real.place, replies=replies)), []))
    (beside,) = [one for one in tree.xpath("//article") if "We walk home in pairs." in one.text_content()]
    assert beside.xpath("h3")[0].text_content() == "Robberies"
    words = tree.text_content()
    assert words.count("Rents rose more.") == words.count("Nobody counts this.") == 1


def _hard(real: Pack) -> Iterator[Pack]:
    yield packs.one(real)
    yield packs.none(real)
    yield packs.many(real, 40)
    yield packs.long_names(real)
    yield replace(real, is_sample=False, place=replace(real.place, summary="", town="", milestones=(), assets=()))


def test_packs_that_are_hard_to_lay_out(real: Pack) -> None:
    for pack in _hard(real):
        document = page(pack, [])
        tree = lxml_html.fromstring(document)
        assert len(tree.xpath("//article")) == len(pack.told)
        assert (tree.xpath("//figure[@data-name]") != []) == any(sheet.chart for sheet in pack.told)
        assert ("This is a sample" in document) == pack.is_sample
        assert tree.xpath("//nav//a/@href") == [f"#{one}" for one in tree.xpath("//main/section/h2/@id")]
        assert pack.use in _words(document)


def _drawn(plan: SeriesPlan, size: str = "main") -> lxml_html.HtmlElement:
    return lxml_html.fromstring(series_svg(plan, colours=palette("light"), size=size))  # type: ignore[arg-type]


def test_a_missing_figure_breaks_the_line_and_a_zero_is_drawn() -> None:
    plan = series()
    picture = _drawn(plan)
    ours = [path.get("d") for path in picture.xpath("./path[@stroke-width='2.6']")]
    assert [d.count("M") for d in ours] == [2]
    dots = picture.xpath("./g[not(@class)]/circle")
    assert len(dots) == sum(value is not None for value in plan.counts)
    # Zero lies on the lowest line of the scale.
    floor = picture.get("data-y").split()[1]
    assert any(dot.get("cy") == floor for dot in dots)


def test_no_words_leave_the_picture_whatever_a_place_is_called() -> None:
    for size, width in (("main", 1032), ("phone", 354), ("small", 338)):
        for plan in (series(), series(packs.LONG * 2), replace(series(), counts=(137_575.0,) * 8, sign="£")):
            for text in _drawn(plan, size).xpath("//text"):
                x, letters = float(text.get("x")), len(text.text_content()) * (14 if size == "main" else 12) * 0.56
                left = {"end": x - letters, "middle": x - letters / 2}.get(text.get("text-anchor"), x)
                assert left >= -4, text.text_content()
                assert left + letters <= width + 4, text.text_content()


def test_single_figures_are_rings_and_bars() -> None:
    plan = replace(
        series(), counts=(None, 7, None, None, 9, None, 0, None), expected=(None, 8, None, None, 9, None, 3, None),
        lower=(None, 1, None, None, 2, None, 0, None), upper=(None, 12, None, None, 15, None, 9, None), breaks=(), start=None,
        windows=(),
    )  # fmt: skip
    picture = _drawn(plan)
    assert len(picture.xpath("./g[@class='others']/circle")) == 3
    assert len(picture.xpath("./g[@class='others']/path[@stroke-width='14']")) == 3
    assert not picture.xpath(".//pattern")
    assert "Start" not in picture.text_content().replace(plan.alt, "")
