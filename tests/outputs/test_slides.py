"""The slides, read back: charts that can be edited, tables, notes, words for those who do not see, and no clock."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from outputs import sentence, sheet_words
from outputs.board_words import title_of
from outputs.office_text import one_line
from outputs.pack import Pack
from outputs.slide_chart import lines_words
from outputs.slides import make
from outputs.text_fit import height, lines, points_for, shortened, width
from outputs.words import FORBIDDEN, USE, verdict_words
from store.database import Store
from tests.outputs import examples, packs

_EMU = 914400


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    return packs.answered(packs.pack(sample_store, "north-stonehouse"))


@pytest.fixture(scope="module")
def content(pack: Pack, sample_store: Store) -> bytes:
    return make(pack, sample_store)[".pptx"]


@pytest.fixture(scope="module")
def deck(content: bytes) -> Deck:
    return opened(content)


def opened(content: bytes) -> Deck:
    return Presentation(io.BytesIO(content))


def title(slide: Slide) -> str:
    assert slide.shapes.title is not None
    return slide.shapes.title.text_frame.text


def notes(slide: Slide) -> str:
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None
    return frame.text


def charts(deck: Deck) -> list[tuple[Slide, Chart]]:
    return [(slide, shape.chart) for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def words(slide: Slide) -> str:
    parts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    parts += [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join(parts)


def test_every_chart_holds_the_numbers_of_its_finding_and_gaps_stay_gaps(pack: Pack, deck: Deck) -> None:
    plans = [sheet.chart for sheet in pack.loaded if sheet.chart is not None]
    found = charts(deck)
    assert len(found) == len(plans) >= 7
    for plan, (_, chart) in zip(plans, found, strict=True):
        series = {line.name: tuple(line.values) for line in chart.plots[0].series}
        assert series[plan.place] == tuple(None if one is None else round(one, 1) for one in plan.counts)
        drawn = plan.table.header[1:]
        assert list(series) == [name.removesuffix(" (£)") for name in drawn]
        for at, values in enumerate(series.values(), start=1):
            assert list(values) == [row[at] for row in plan.table.rows]
        assert chart._chartSpace.find(".//{*}dispBlanksAs").get("val") == "gap"
    assert any(None in plan.counts for plan in plans)


def test_the_workbook_behind_a_chart_leaves_missing_figures_empty(pack: Pack, deck: Deck) -> None:
    sheet = next(one for one in pack.loaded if one.chart is not None and None in one.chart.counts)
    assert sheet.chart is not None
    at = [one for one in pack.loaded if one.chart is not None].index(sheet)
    blob = charts(deck)[at][1].part.chart_workbook.xlsx_part.blob
    column = [row[1] for row in load_workbook(io.BytesIO(blob)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert column[0] == sheet.chart.place
    assert [value is None for value in column[1:]] == [value is None for value in sheet.chart.counts]


def test_a_name_that_looks_like_a_formula_is_text_in_the_workbook(pack: Pack, sample_store: Store) -> None:
    only = packs.one(pack)
    plan = only.sheets[0].chart
    assert plan is not None
    named = replace(only, sheets=(replace(only.sheets[0], chart=replace(plan, place='=HYPERLINK("x")')),))
    chart = charts(opened(make(named, sample_store)[".pptx"]))[0][1]
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cell = book.worksheets[0]["B1"]
    assert (cell.data_type, cell.value) == ("s", '\'=HYPERLINK("x")')


def test_each_outcome_has_a_slide_with_its_sentence_counts_verdict_and_notes(pack: Pack, deck: Deck) -> None:
    slides = {title(slide): slide for slide in deck.slides}
    for sheet in pack.loaded:
        slide = slides[sheet_words.title_of_sheet(sheet)]
        finding, said = sheet.finding, notes(slide)
        assert said.startswith(one_line(sentence.of(finding)))
        assert all(one_line(text) in said for _, text in finding.caveats)
        assert finding.plan_hash in said
        assert finding.data_hash[:16] in said
        assert "Open Government Licence" in said
        assert finding.verdict in words(slide)
        for level in (finding.before, finding.after):
            assert level is not None
            assert sheet_words.figure_of(finding, level) in words(slide)


def test_the_scorecard_is_a_real_table_cut_between_rows_with_its_header_on_every_slide(pack: Pack, deck: Deck) -> None:
    whole = sheet_words.scorecard(pack.findings)
    found = [
        shape.table
        for slide in deck.slides
        if title(slide).startswith("Scorecard")
        for shape in slide.shapes
        if shape.has_table
    ]
    assert len(found) > 1
    assert all(table.first_row and [cell.text for cell in table.rows[0].cells] == list(whole.header) for table in found)
    rows = [tuple(cell.text for cell in row.cells) for table in found for row in list(table.rows)[1:]]
    assert rows == [tuple(str(cell) for cell in row) for row in whole.rows]


def test_every_picture_chart_and_table_has_words_and_every_title_is_said_once(deck: Deck) -> None:
    titles = [title(slide) for slide in deck.slides]
    assert len(set(titles)) == len(titles)
    assert all(titles)
    for slide in deck.slides:
        shown = [shape for shape in slide.shapes if not shape.is_placeholder or shape.has_chart]
        for shape in shown:
            assert shape._element.find(".//{*}cNvPr").get("descr"), (title(slide), shape.name)
        # What is read first is the title, and no placeholder is left to ask for something.
        assert next(iter(slide.shapes)) == slide.shapes.title
        assert all(shape.has_chart or shape.text_frame.text for shape in slide.placeholders)
        numbers = [shape.shape_id for shape in slide.shapes]
        assert len(set(numbers)) == len(numbers)


def test_all_of_it_is_british_english_in_the_houses_type_and_without_a_stub(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name).decode("utf-8") for name in file.namelist() if name.endswith(".xml")}
    slides = {
        name: xml for name, xml in parts.items() if re.match(r"ppt/(slides|notesSlides|slideMasters|charts)/", name)
    }
    assert all('lang="en-US"' not in xml for xml in slides.values())
    assert 'lang="en-US"' not in parts["ppt/presentation.xml"]
    runs = [run for xml in slides.values() for run in re.findall(r"<a:r>.*?</a:r>", xml)]
    assert runs
    assert all('lang="en-GB"' in run for run in runs)
    assert "Atkinson Hyperlegible Next" in parts["ppt/theme/theme1.xml"]
    assert "Calibri" not in parts["ppt/theme/theme1.xml"]
    assert not any("Click to" in xml for name, xml in parts.items() if name.startswith("ppt/slideL"))
    assert not any(name.endswith((".ttf", ".fntdata")) for name in parts)


def test_it_says_who_drew_it_what_it_is_not_for_where_from_and_that_it_is_a_sample(pack: Pack, deck: Deck) -> None:
    said = "\n".join(words(slide) for slide in deck.slides)
    for text in (pack.title, pack.drawn_by, USE, sheet_words.SAMPLE, pack.software, "Made on", *pack.sources):
        assert one_line(text) in said
    assert all(plan in said for plan in pack.plans.values())
    assert all(one_line(what) in said for what, _, _ in pack.blanks)
    assert all("This is a sample" in words(slide) for slide in deck.slides)
    assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", said.lower())]


def test_replies_stand_behind_their_outcome_and_none_is_left_out(pack: Pack, deck: Deck) -> None:
    titles = [title(slide) for slide in deck.slides]
    at = titles.index("People here answer: Burglary")
    burglary = next(sheet for sheet in pack.loaded if sheet.finding.question.indicator == "burglary")
    assert titles[at - 1] == sheet_words.title_of_sheet(burglary)
    assert "It is quieter on our stairs." in words(deck.slides[at])
    assert "It is quieter on our stairs." in notes(deck.slides[at - 1])
    elsewhere = "\n".join(words(slide) for slide in deck.slides)
    assert f"{title_of('vehicle-crime', pack.findings)}: “Cars are still broken into.”" in elsewhere


def test_the_same_pack_gives_the_same_bytes_dated_as_it_is(pack: Pack, content: bytes, sample_store: Store) -> None:
    assert make(pack, sample_store)[".pptx"] == content
    properties = opened(content).core_properties
    assert properties.created is not None
    assert properties.created.date() == pack.made_on
    assert (properties.language, properties.title) == ("en-GB", f"Outcomes of {pack.title}")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {entry.date_time[:3] for entry in file.infolist()} == {
            (pack.made_on.year, pack.made_on.month, pack.made_on.day)
        }


@pytest.mark.parametrize("kind", ["one", "none", "long", "many"])
def test_hard_packs_stay_inside_their_slides(pack: Pack, kind: str, sample_store: Store) -> None:
    hard = {
        "one": lambda: packs.one(pack), "none": lambda: packs.none(pack), "long": lambda: packs.long_names(pack),
        "many": lambda: packs.many(pack, 40),
    }[kind]()  # fmt: skip
    made = opened(make(hard, sample_store)[".pptx"])
    titles = [title(slide) for slide in made.slides]
    assert len(set(titles)) == len(titles)
    assert len(charts(made)) == sum(sheet.chart is not None for sheet in hard.loaded)
    for slide in made.slides:
        for shape in slide.shapes:
            if shape.has_table:
                high = sum(row.height for row in shape.table.rows)
                assert (shape.top + high) / _EMU < 6.85, title(slide)
            assert shape.left >= 0
            assert (shape.left + shape.width) / _EMU < 13.34
    if kind == "none":
        assert sheet_words.NO_FIGURES in "\n".join(words(slide) for slide in made.slides)
    if kind == "long":
        assert "ŵyth ŷd" in "\n".join(words(slide) for slide in made.slides)


def test_every_verdict_has_a_slide_with_its_sign(pack: Pack, sample_store: Store) -> None:
    first = packs.one(pack).sheets[0]
    # The examples name no licence, and this is not about their sources.
    found = [
        replace(finding, sources=()) for finding in (*examples.every(), replace(examples.fell_more(), better="neither"))
    ]
    sheets = tuple(replace(first, studied=replace(first.studied, finding=finding), chart=None) for finding in found)
    made = opened(make(replace(pack, sheets=sheets, background=()), sample_store)[".pptx"])
    signs = [shape for slide in made.slides for shape in slide.shapes if shape.name == "Sign"]
    alts = [sign._element.find(".//{*}cNvPr").get("descr") for sign in signs]
    assert alts == [f"Sign: {verdict_words(one)}." for one in found if one.verdict != "Not loaded"]
    assert not charts(made)
    # One outcome has no before and after: its newest figure stands in their place.
    assert any("Newest: " in words(slide) for slide in made.slides)


def test_what_is_read_comes_in_the_order_in_which_it_is_said(deck: Deck) -> None:
    slide = charts(deck)[0][0]
    names = [shape.name for shape in slide.shapes]
    assert names[0].startswith("Title")
    assert names[1:6] == ["Hatched months", "Chart", "Start and periods", names[4], "Sign"]
    assert [one.placeholder_format.idx for one in slide.shapes if one.is_placeholder] == [0, 13, 14, 15, 16, 11, 12]


def test_a_chart_without_a_start_has_no_marks_and_words_too_many_end_in_an_ellipsis(
    pack: Pack, sample_store: Store
) -> None:
    first = packs.one(pack).sheets[0]
    assert first.chart is not None
    finding = replace(examples.not_comparable(), sources=(), verdict_because=("so many reasons " * 90,))
    bare = replace(first.chart, windows=(), start=None, breaks=(), title="")
    sheet = replace(first, studied=replace(first.studied, finding=finding), chart=bare)
    made = opened(make(replace(pack, sheets=(sheet,), background=()), sample_store)[".pptx"])
    (found,) = charts(made)
    names = [shape.name for shape in found[0].shapes]
    assert "Start and periods" not in names
    assert "Hatched months" not in names
    assert re.search(r"(so|many|reasons) …", words(found[0]))
    assert "so many reasons " * 80 in notes(found[0])


def test_what_the_lines_are_fits_how_powerpoint_draws_them(pack: Pack) -> None:
    told = [lines_words(sheet.chart) for sheet in pack.loaded if sheet.chart is not None]
    assert not any("pale" in text for text in told)
    assert any("thin lines is the room for chance" in text for text in told)
    assert any("small strokes is the room for chance" in text for text in told)


def test_words_are_measured_broken_and_cut() -> None:
    assert width("mm", 12) > width("ii", 12) > 0
    assert lines("one two", 12, 10) == 1
    assert lines("one two", 12, 0.5) == 2
    assert lines("Llanfairpwllgwyngyll" * 4, 12, 1) > 5
    assert height(["a", "b"], 12, 5) > height(["a"], 12, 5)
    assert points_for(["a"], 5, 5, (10, 30)) == 30
    assert points_for(["long words " * 99], 1, 1, (10, 30)) == 10
    assert shortened("short", 12, 5, 1) == "short"
    cut = shortened("word " * 200, 12, 3, 0.5)
    assert cut.endswith("word …")
    assert height([cut], 12, 3) <= 0.5
    word = shortened("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", 12, 2, 0.3)
    assert word.startswith("Llanfair")
    assert word.endswith("…")
    assert width(word, 12) <= 2
