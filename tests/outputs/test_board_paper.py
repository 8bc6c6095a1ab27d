"""The board paper, read back: headings that Word numbers, tables that repeat their header, words for every picture."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from outputs import sheet_words
from outputs.board_paper import make
from outputs.board_words import next_step, title_of
from outputs.office_text import one_line
from outputs.pack import Pack
from outputs.paper_png import as_png
from outputs.words import FORBIDDEN, USE, verdict_words
from store.database import Store
from store.errors import OutcomesError
from tests.outputs import examples, packs


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    return packs.answered(packs.pack(sample_store, "north-stonehouse"))


@pytest.fixture(scope="module")
def content(pack: Pack, sample_store: Store) -> bytes:
    return make(pack, sample_store)[".docx"]


@pytest.fixture(scope="module")
def paper(content: bytes) -> Document:
    return opened(content)


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def headings(paper: Document, level: int) -> list[str]:
    return [one.text for one in paper.paragraphs if one.style is not None and one.style.name == f"Heading {level}"]


def words(paper: Document) -> str:
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def test_word_numbers_the_headings_on_two_levels(paper: Document) -> None:
    numbering = paper.part.numbering_part.element
    for at, name in enumerate(("Heading 1", "Heading 2")):
        own = paper.styles[name].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        assert own.find(qn("w:ilvl")).get(qn("w:val")) == str(at)
        number = own.find(qn("w:numId")).get(qn("w:val"))
        (abstract,) = (
            one.find(qn("w:abstractNumId")).get(qn("w:val"))
            for one in numbering.findall(qn("w:num"))
            if one.get(qn("w:numId")) == number
        )
        (kind,) = (one for one in numbering.findall(qn("w:abstractNum")) if one.get(qn("w:abstractNumId")) == abstract)
        level = kind.findall(qn("w:lvl"))[at]
        assert kind.find(qn("w:multiLevelType")).get(qn("w:val")) == "multilevel"
        assert level.find(qn("w:pStyle")).get(qn("w:val")) == name.replace(" ", "")
        assert level.find(qn("w:lvlText")).get(qn("w:val")) == ("%1", "%1.%2")[at]
    typed = [text for level in (1, 2) for text in headings(paper, level) if re.match(r"\d", text)]
    assert not typed


def test_the_paper_says_first_what_to_do_next_and_last_what_it_is_not_for(pack: Pack, paper: Document) -> None:
    assert headings(paper, 1) == [
        "What next", "The scorecard: exceptions first", "The outcomes one by one", "The place as a whole",
        "Around us: the council, schools and surgeries", "What we do not have, and why", "How we decide what can be said",
        "Sources, and how to check every number", "What these numbers are not for",
    ]  # fmt: skip
    block = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert list(block)[:3] == ["For", "Date", "From"]
    assert block["For"] == f"The board of {pack.place.name}"
    steps = {row.cells[0].text for row in list(paper.tables[1].rows)[1:]}
    assert steps == {next_step(sheet.finding) for sheet in pack.loaded}


def test_every_table_with_a_header_repeats_it_and_no_row_is_split(pack: Pack, paper: Document) -> None:
    headed = paper.tables[1:]
    assert headed
    for table in headed:
        rows = table._tbl.findall(qn("w:tr"))
        repeated = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert repeated == [True] + [False] * (len(rows) - 1)
    for table in paper.tables:
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblCaption")).get(qn("w:val"))
        assert properties.find(qn("w:tblDescription")).get(qn("w:val"))
        for row in table._tbl.findall(qn("w:tr")):
            assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
    card = sheet_words.scorecard(pack.findings)
    (found,) = (one for one in headed if [cell.text for cell in one.rows[0].cells] == list(card.header))
    assert [tuple(cell.text for cell in row.cells) for row in list(found.rows)[1:]] == [
        tuple(str(cell) for cell in row) for row in card.rows
    ]


def test_each_outcome_has_its_sentence_chart_counts_caveats_and_sources(pack: Pack, paper: Document) -> None:
    assert len(headings(paper, 2)) == len(pack.loaded)
    breaks = [
        one.paragraph_format.page_break_before
        for one in paper.paragraphs
        if one.style and one.style.name == "Heading 2"
    ]
    assert breaks == [None] + [True] * (len(pack.loaded) - 1)
    said = words(paper)
    alts = [shape._inline.docPr.get("descr") for shape in paper.inline_shapes]
    for sheet in pack.loaded:
        finding = sheet.finding
        assert one_line(sheet.sentence) in said
        assert all(one_line(text) in said for _, text in finding.caveats)
        assert finding.plan_hash in said
        assert sheet.chart is None or one_line(sheet.chart.alt) in alts
    counts = [
        [cell.text for cell in row.cells]
        for table in paper.tables
        if table.rows[0].cells[0].text == "Period"
        for row in list(table.rows)[1:]
    ]
    assert counts == [
        [str(cell) for cell in row] for sheet in pack.loaded for row in sheet_words.counts_table(sheet).rows
    ]
    assert all(alts)
    assert len(alts) == len(pack.loaded) + sum(sheet.chart is not None for sheet in pack.loaded)


def test_it_says_who_drew_it_what_it_is_not_for_where_from_and_that_it_is_a_sample(pack: Pack, paper: Document) -> None:
    said = words(paper)
    for text in (pack.title, pack.drawn_by, USE, sheet_words.SAMPLE, pack.software, *pack.sources):
        assert one_line(text) in said
    assert all(plan in said for plan in pack.plans.values())
    assert all(one_line(what) in said for what, _, _ in pack.blanks)
    assert "It is quieter on our stairs." in said
    assert f"{title_of('vehicle-crime', pack.findings)}: “Cars are still broken into.”" in said
    assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", said.lower())]
    footer = paper.sections[0].footer._element
    assert {one.get(qn("w:instr")).strip() for one in footer.iter(qn("w:fldSimple"))} == {"PAGE", "NUMPAGES"}
    assert "This is a sample" in "".join(one.text or "" for one in footer.iter(qn("w:t")))


def test_pages_are_a4_and_only_the_scorecard_lies_on_its_side(paper: Document) -> None:
    sizes = [(round(one.page_width.cm, 1), round(one.page_height.cm, 1)) for one in paper.sections]  # type: ignore[union-attr]
    assert sizes == [(21.0, 29.7), (29.7, 21.0), (21.0, 29.7)]
    for table in paper.tables:
        wide = sum(int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.findall(qn("w:gridCol")))
        assert wide <= 25.4 * 567


def test_all_of_it_is_british_english_in_the_houses_type_with_a_stand_in(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name).decode("utf-8") for name in file.namelist() if name.endswith(".xml")}
    assert 'w:lang w:val="en-GB"' in parts["word/styles.xml"]
    assert 'w:themeFontLang w:val="en-GB"' in parts["word/settings.xml"]
    font = re.search(r'<w:font w:name="Atkinson Hyperlegible Next">.*?</w:font>', parts["word/fontTable.xml"])
    assert font is not None
    assert '<w:altName w:val="Arial"/>' in font[0]
    assert "embed" not in font[0]


def test_the_same_pack_gives_the_same_bytes_dated_as_it_is(pack: Pack, content: bytes, sample_store: Store) -> None:
    assert make(pack, sample_store)[".docx"] == content
    properties = opened(content).core_properties
    assert properties.created is not None
    assert properties.modified is not None
    assert properties.created.date() == properties.modified.date() == pack.made_on
    assert (properties.language, properties.title) == ("en-GB", f"Outcomes of {pack.title}")


@pytest.mark.parametrize("kind", ["one", "none", "long", "many"])
def test_hard_packs_make_a_paper(pack: Pack, kind: str, sample_store: Store) -> None:
    hard = {
        "one": lambda: packs.one(pack), "none": lambda: packs.none(pack), "long": lambda: packs.long_names(pack),
        "many": lambda: packs.many(pack, 40),
    }[kind]()  # fmt: skip
    made = opened(make(hard, sample_store)[".docx"])
    found = headings(made, 2)
    assert len(found) == len(set(found)) == len(hard.loaded)
    assert (sheet_words.NO_FIGURES in words(made)) == (kind == "none")
    assert ("ŵyth ŷd" in words(made)) == (kind == "long")


def test_every_verdict_has_a_section_with_its_sign(pack: Pack, sample_store: Store) -> None:
    first = packs.one(pack).sheets[0]
    # The examples name no licence, and this is not about their sources.
    found = [replace(finding, sources=()) for finding in examples.every()]
    sheets = tuple(replace(first, studied=replace(first.studied, finding=finding), chart=None) for finding in found)
    made = opened(make(replace(pack, sheets=sheets, background=()), sample_store)[".docx"])
    alts = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert alts == [f"Sign: {verdict_words(one)}" for one in found if one.verdict != "Not loaded"]


def test_a_picture_that_is_none_is_refused_in_words() -> None:
    assert as_png([]) == []
    with pytest.raises(OutcomesError, match="cannot be drawn"):
        as_png(["<svg"])
