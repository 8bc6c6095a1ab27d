"""The PDFs: tagged, complete, the same every time, and laid out whatever a neighbourhood is called."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pdfua import validate
from pypdf import PdfReader, PdfWriter

from outputs import board_pack, board_pack_large, noticeboard, paper_pdf
from outputs.formats import make
from outputs.pack import Pack, Sheet
from outputs.paper_data import Pictures, document
from outputs.paper_pdf import pdf
from outputs.scorecard import in_order
from outputs.whose import heading
from store.database import Store
from store.errors import OutcomesError
from store.place import Asset, Reply, Story
from tests.outputs import packs
from tests.outputs.extracted import text_of

MARKUP = "#strong[x] $a^2$ *b* _c_ <lab> @ref [d] // ŵŷŴ Ж 中"
REPLY = Reply("burglary", "We still lock our doors.", "Áine Ŵyn", "yes", date(2026, 10, 1))


@pytest.fixture(scope="module")
def real(sample_store: Store) -> Pack:
    """North Stonehouse, with an answer from people there."""
    found = packs.pack(sample_store, "north-stonehouse")
    return replace(found, place=replace(found.place, replies=(REPLY,)))


@pytest.fixture(scope="module")
def board(real: Pack, sample_store: Store) -> bytes:
    """Its board pack."""
    return make(real, sample_store, "pdf")[".pdf"]


@pytest.fixture(scope="module")
def large(real: Pack, sample_store: Store) -> bytes:
    """Its board pack in large print."""
    return make(real, sample_store, "pdf-large")[".pdf"]


@pytest.fixture(scope="module")
def notice(real: Pack, sample_store: Store) -> bytes:
    """Its page for the noticeboard."""
    return make(real, sample_store, "pdf-noticeboard")[".pdf"]


@pytest.fixture(scope="module")
def all_three(board: bytes, large: bytes, notice: bytes) -> dict[str, bytes]:
    """All PDFs of the place."""
    return {"board": board, "large": large, "notice": notice}


def _read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


# What stands under every page, in the midst of a sentence that runs over two.
_FOOT = re.compile(r"(Board pack · )?Stronger North Stonehouse · (Made on [\w ]+ · )?Sample data [0-9]+ of [0-9]+ ?")


def _said(content: bytes) -> str:
    return _FOOT.sub("", text_of(".pdf", content))


def _elements(content: bytes) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""

    def walk(part: Any) -> Iterator[Any]:
        part = part.get_object()
        if isinstance(part, list):
            for one in part:
                yield from walk(one)
        elif hasattr(part, "get"):
            if "/S" in part:
                yield part
            if "/K" in part:
                yield from walk(part["/K"])

    return walk(_read(content).trailer["/Root"]["/StructTreeRoot"])


@pytest.mark.parametrize("kind", ["board", "large", "notice"])
def test_an_outside_checker_of_pdf_ua_finds_nothing(all_three: dict[str, bytes], kind: str, tmp_path: Path) -> None:
    # It knows 16 of the 106 rules a machine can check, and is the one that can be had without Java.
    file = tmp_path / "made.pdf"
    file.write_bytes(all_three[kind])
    assert validate(file).findings == ()
    bare = PdfWriter()
    bare.add_page(_read(all_three[kind]).pages[0])
    bare.write(file)
    assert {finding.severity.name for finding in validate(file).findings} >= {"ERROR"}


@pytest.mark.parametrize("kind", ["board", "large", "notice"])
def test_it_says_what_it_is_in_which_language_and_that_it_is_tagged(all_three: dict[str, bytes], kind: str) -> None:
    reader = _read(all_three[kind])
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata
    assert str(reader.metadata.title).endswith("Stronger North Stonehouse, Plymouth")
    assert reader.metadata.author == "Neighbourhood Outcomes"


@pytest.mark.parametrize("kind", ["board", "large", "notice"])
def test_every_picture_has_words_and_headings_skip_no_level(all_three: dict[str, bytes], kind: str) -> None:
    elements = list(_elements(all_three[kind]))
    pictures = [one for one in elements if one["/S"] == "/Figure"]
    assert pictures
    assert all(len(one["/Alt"]) > 20 for one in pictures)
    levels = [int(one["/S"][2:]) for one in elements if one["/S"] in ("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    heads = [one for one in elements if one["/S"] == "/TH"]
    assert bool(heads) == (kind == "board")


@pytest.mark.parametrize("kind", ["board", "large", "notice"])
def test_only_the_houses_typeface_is_used_and_it_is_inside(all_three: dict[str, bytes], kind: str) -> None:
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in _read(all_three[kind]).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all(name.removeprefix("/").startswith("AtkinsonHyperlegibleNext-") for name in fonts)


def test_board_and_large_print_say_everything_in_the_same_words(real: Pack, board: bytes, large: bytes) -> None:
    for content in (board, large):
        said = _said(content)
        for finding in real.findings:
            assert finding.plan_hash in said
            assert finding.data_hash[:16] in said
        for sheet in real.loaded:
            assert sheet.sentence in said
            assert all(text in said for _, text in sheet.finding.caveats)
            assert heading(sheet.finding, real.place.name) in said
        assert all(line in said for line in real.sources)
        assert all(words in said for row in real.blanks for words in row)
        for words in (real.headline, real.first_line, real.began, real.drawn_by, real.use, "22 November 2026"):
            assert words in said
        assert "This is a sample" in said
        assert "of 100 the tool said that something had changed" in said
        assert "“We still lock our doors.” — Áine Ŵyn, October 2026" in said


def test_the_noticeboard_is_one_page_of_residents_words(real: Pack, notice: bytes) -> None:
    assert len(_read(notice).pages) == 1
    said = _said(notice)
    first, *_ = real.story
    for words in (first.lead, first.text, real.drawn_by, real.use, "What is strong here.", "at a glance"):
        assert words in said
    assert "Does this look right to you?" in said
    assert "“We still lock our doors.” — Áine Ŵyn, October 2026" in said
    assert "House prices" not in said


def test_exceptions_come_first_on_the_first_sheet_and_in_the_pages(real: Pack, board: bytes) -> None:
    reader = _read(board)
    ordered = in_order([sheet.finding for sheet in real.loaded])
    first = " ".join(reader.pages[0].extract_text().split())
    places = [first.index(finding.title, first.index("What next")) for finding in ordered[:3]]
    assert places == sorted(places)
    for at, finding in enumerate(ordered, start=1):
        assert heading(finding, real.place.name) in " ".join(reader.pages[at].extract_text().split())
    box = reader.pages[0].mediabox
    assert box.width > box.height
    assert reader.pages[1].mediabox.width < reader.pages[1].mediabox.height


def test_nothing_in_large_print_is_under_eighteen_point(large: bytes) -> None:
    sizes: Counter[float] = Counter()

    def note(text: str, within: list[float], matrix: list[float], _: object, size: float) -> None:
        if text.strip():
            sizes[round(size * abs(matrix[3]) * abs(within[3]), 1)] += 1

    for page in _read(large).pages:
        page.extract_text(visitor_text=note)
    assert min(sizes) >= 18


def test_the_same_pack_gives_the_same_bytes(real: Pack, sample_store: Store, all_three: dict[str, bytes]) -> None:
    for module, kind in ((board_pack, "board"), (board_pack_large, "large"), (noticeboard, "notice")):
        assert module.make(real, sample_store)[".pdf"] == all_three[kind]


def _hard(real: Pack) -> Pack:
    place = replace(
        packs.long_names(real).place,
        name=MARKUP,
        replies=tuple(replace(REPLY, text=REPLY.text * 20) for _ in range(3)),
        stories=tuple(Story("It is quieter on our stairs now. " * 15, "A resident", "yes") for _ in range(4)),
        assets=tuple(Asset(packs.LONG, "group") for _ in range(9)),
    )
    return replace(real, place=place)


def test_what_people_write_is_shown_as_written_and_never_read_as_markup(real: Pack, sample_store: Store) -> None:
    shown = MARKUP.replace("中", "?")
    for module in (board_pack, board_pack_large, noticeboard):
        content = module.make(_hard(real), sample_store)[".pdf"]
        said = _said(content)
        assert shown in said
        # A letter that no font has is never dropped in silence.
        assert "U+4E2D" in said
    assert len(_read(content).pages) == 1


def test_a_place_with_no_outcome_and_one_with_one_have_their_papers(real: Pack, sample_store: Store) -> None:
    for module in (board_pack, board_pack_large, noticeboard):
        nothing = _said(module.make(packs.none(real), sample_store)[".pdf"])
        assert real.drawn_by in nothing
        assert ("No figures are loaded for this place yet." in nothing) == (module is not noticeboard)
        assert packs.one(real).sheets[0].finding.plan_hash in _said(module.make(packs.one(real), sample_store)[".pdf"])
    assert "No figures are loaded for this place yet." in _said(board_pack.make(packs.none(real), sample_store)[".pdf"])


def test_a_place_without_a_start_shows_what_is_counted(real: Pack, sample_store: Store) -> None:
    def unasked(sheet: Sheet) -> Sheet:
        finding = replace(
            sheet.finding, before=None, after=None, comparison=None, verdict="Cannot be compared", verdict_because=()
        )
        return replace(sheet, studied=replace(sheet.studied, finding=finding))

    quiet = replace(real, sheets=tuple(unasked(sheet) for sheet in real.loaded), band=None, map=None)
    content = noticeboard.make(quiet, sample_store)[".pdf"]
    assert "We cannot yet say what changed" in _said(content)
    assert any("Line chart" in one["/Alt"] for one in _elements(content) if one["/S"] == "/Figure")
    assert "Newest" in _said(board_pack.make(quiet, sample_store)[".pdf"])


def test_what_a_place_does_not_have_is_left_out_and_what_it_never_chose_is_said(
    real: Pack, sample_store: Store
) -> None:
    place = replace(real.place, chosen_beforehand=(), milestones=())
    bare = replace(real, place=place, sheets=tuple(replace(sheet, chart=None) for sheet in real.loaded))
    values = document(bare, sample_store, Pictures(width=488, height=172, words=9.5))
    assert "no outcomes chosen beforehand" in values["line"]
    assert values["events"] is None
    assert [sheet["chart"] for sheet in values["sheets"]] == [None] * len(real.loaded)
    assert "Stronger North Stonehouse, Plymouth" in _said(pdf("board_pack", values, real.made_on))
    undated = replace(real, place=replace(real.place, chosen_on=None), sheets=())
    assert "with no date on record" in document(undated, sample_store, Pictures(488, 172, 9.5))["line"]
    nothing = replace(bare, place=replace(place, replies=()))
    assert noticeboard.make(nothing, sample_store)[".pdf"].startswith(b"%PDF-1.7")


def _words(content: bytes, folder: Path) -> list[tuple[float, float, float, float]]:
    """The box of every word and the size of its page, as poppler reads them."""
    (folder / "paper.pdf").write_bytes(content)
    made = subprocess.run(
        ["pdftotext", "-bbox", str(folder / "paper.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout
    found, wide, high = [], 0.0, 0.0
    for line in made.splitlines():
        parts = line.replace('"', " ").split()
        if line.strip().startswith("<page"):
            wide, high = float(parts[2]), float(parts[4])
        elif line.strip().startswith("<word"):
            found.append((float(parts[2]), float(parts[6]), wide, float(parts[8]) / high))
    return found


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed: nothing measures the words")
@pytest.mark.parametrize("module", [board_pack, board_pack_large, noticeboard])
def test_nothing_runs_off_a_page(real: Pack, sample_store: Store, tmp_path: Path, module: Any) -> None:
    # Long names in every place where one can stand, and more outcomes than fit on one sheet.
    for pack in (packs.long_names(real), packs.many(real, 40 if module is board_pack else 12)):
        content = module.make(pack, sample_store)[".pdf"]
        for left, right, wide, down in _words(content, tmp_path):
            assert 10 < left < right < wide - 10
            assert down <= 1


def test_a_pdf_that_would_not_be_accessible_is_refused(real: Pack) -> None:
    values = noticeboard._values(real)
    values["chart"] = values["chart"] | {"alt": None}
    with pytest.raises(OutcomesError, match="The PDF cannot be made"):
        pdf("noticeboard", values, real.made_on)


def test_letters_are_looked_for_only_where_there_are_unusual_ones() -> None:
    assert paper_pdf._shown("plain ŵŷ") == ("plain ŵŷ", "")
    assert paper_pdf._shown("5 − 3") == ("5 − 3", "")
    assert paper_pdf._shown("中 and 文") == ("? and ?", "U+4E2D, U+6587")
