"""Open data about one place as a spreadsheet: a cover and notes first, then one table a sheet, in the manner of official statistics."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indicators.finding import Finding
from outputs.background import LINE, background_table
from outputs.observations import Observation, observations
from outputs.open_data_columns import COLUMNS, MEASURES, ROWS, STATUSES, SYMBOLS, symbol
from outputs.pack import Pack
from outputs.pack_words import about, cautions, replies
from outputs.scorecard import in_order, scorecard_table
from outputs.table import Cell, Table, safe_cell
from outputs.whose import is_local
from store.database import Store
from store.period import month_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_TITLES, _NARROW, _WIDE, _COVER = 3, 10, 60, 100
# Points of a line and of the highest row there can be.
_LINE, _HIGHEST = 15, 405
_A4 = 9
_NUMBERS = ("figure", "lower", "upper")
_IN_SERIES = ("series", "expected series")
_SINGLE = ("similar place before", "similar place after")


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet: its name, which is also that of its table, its title, what it holds, and the table."""

    name: str
    title: str
    about: str
    table: Table


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The workbook. Nothing is told by colour, no cell is merged or left blank without a reason, and text that looks
    like a formula is text."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        # The file has the pack's date and not the clock's: the same pack gives the same bytes.
        made = datetime(pack.made_on.year, pack.made_on.month, pack.made_on.day, tzinfo=UTC)
        book.set_properties({
            "title": f"Neighbourhood outcomes: {pack.title}", "comments": pack.use, "created": made, "category": "Open data",
        })  # fmt: skip
        pages = _pages(pack, observations(pack, store))
        _write_cover(book, pack, pages)
        for page in pages:
            _write(book, page)
    return {".xlsx": content.getvalue()}


def _pages(pack: Pack, rows: Sequence[Observation]) -> list[_Page]:
    here = {finding.question.indicator for finding in pack.findings}
    board = [row for row in rows if row.indicator in here]
    numbers = [row for row in board if row.row not in (*_IN_SERIES, *_SINGLE)]
    place = pack.place.name
    pages = [
        _Page("Notes", "Notes", "What every column, row, measure, status and symbol means.", _notes()),
        _Page("Findings", f"Findings: {place}", "One row an outcome, the whole board in words: exceptions first.", _findings(pack)),
        _Page("Numbers", f"Numbers of the findings: {place}", "One figure a row: before, after, similar places, difference.", _tidy(numbers)),
        _Page("Series", f"Series: {place}", "One figure a row and period.", _tidy([row for row in board if row.row in _IN_SERIES])),
        _Page("Similar places", "Similar places", "One figure a row: what each similar place had before and after, where that may be shown.", _tidy([row for row in board if row.row in _SINGLE])),
        _Page("Background", f"Background: around {place}", LINE, background_table(pack.background)),
        _Page("Background numbers", "Numbers of the background", LINE, _tidy([row for row in rows if row.indicator not in here])),
        _Page("Events", f"Events: {place}", "What happened here, and what else happened, as the place's file says.", _events(pack)),
        _Page("Cautions", "Cautions and answers", "What must be said with the figures, and what people here answer to them.", _said(pack)),
        _Page("Sources", "Sources", "Every file behind the figures, with its licence and dates.", _sources(pack)),
    ]  # fmt: skip
    return [page for page in pages if page.table.rows]


def _notes() -> Table:
    listed = [("Column", column.title, column.meaning) for column in COLUMNS]
    for what, meanings in (("Row", ROWS), ("Measure", MEASURES), ("Status", STATUSES)):
        listed += [(what, name, meaning) for name, meaning in meanings.items()]
    listed += [("Symbol", sign, meaning) for sign, meaning in SYMBOLS.values()]
    return Table(("What", "Name", "Meaning"), tuple(listed))


def _findings(pack: Pack) -> Table:
    """The board's own table with each finding's sentence, what people here answer to it, and its hashes."""
    table, ordered = scorecard_table(pack.findings), in_order(pack.findings)
    said = {sheet.finding.question.indicator: sheet.sentence for sheet in pack.sheets}

    def answers(finding: Finding) -> str:
        return " ".join(words for name, _, words in replies(pack) if name == finding.question.indicator)

    rows = tuple(
        (
            *row, said[finding.question.indicator], answers(finding), finding.measured_at, finding.plan_hash,
            finding.data_hash,
        )
        for row, finding in zip(table.rows, ordered, strict=True)
    )  # fmt: skip
    more = ("In one sentence", "People here answer", "Measured", "Plan hash", "Data hash")
    return Table((*table.header, *more), rows)


def _tidy(rows: Sequence[Observation]) -> Table:
    """The rows of the CSV under their titles; a figure that is not there has the symbol of its reason."""
    numbers = [at for at, column in enumerate(COLUMNS) if column.name in _NUMBERS]
    figure = numbers[0]

    def cells(row: Observation) -> tuple[Cell, ...]:
        return tuple(
            value if value is not None or at not in numbers else symbol(row.status if at == figure else "")
            for at, value in enumerate(row.cells)
        )

    return Table(tuple(column.title for column in COLUMNS), tuple(cells(row) for row in rows))


def _events(pack: Pack) -> Table:
    rows = tuple(
        (
            month_text(item.on),
            month_text(item.until) if item.until else None,
            "not sure" if item.uncertain else "sure",
            "elsewhere" if item.lane == "else" else "here",
            item.text,
        )
        for item in pack.place.milestones
    )
    return Table(("From", "To", "Date", "Where", "What happened"), rows)


def _said(pack: Pack) -> Table:
    findings = [*pack.findings, *(item.finding for item in pack.background)]
    rows = [
        (finding.title, "Caution", text) for finding in findings for text in cautions(pack, finding.question.indicator)
    ]
    rows += [(title, "People here answer", words) for _, title, words in replies(pack)]
    return Table(("Outcome", "What", "Words"), tuple(rows))


def _sources(pack: Pack) -> Table:
    """One row an outcome and file. Of a community's own files there is neither name nor hash: they stay where they are,
    and a hash would let somebody try out what a hidden figure is."""
    header = ("Outcome", "Publisher", "Title", "Licence", "Attribution", "Data to", "Fetched on", "File", "SHA-256")
    rows = [
        (
            finding.title, source["publisher"], source["title"], source["licence"], source["attribution"],
            source["data_to"], source["fetched_on"],
            *((None, None) if is_local(finding) else (source["file"], source["sha256"])),
        )
        for finding in [*pack.findings, *(item.finding for item in pack.background)]
        for source in finding.sources
    ]  # fmt: skip
    return Table(header, tuple(dict.fromkeys(rows)))


def _write_cover(book: Workbook, pack: Pack, pages: Sequence[_Page]) -> None:
    """What the file is and for whom, down one column, with a link to every sheet."""
    sheet, large, bold, wrapped = book.add_worksheet("Cover"), _large(book), _bold(book), _wrapped(book)
    sheet.set_column(0, 0, _COVER)
    sheet.write_string(0, 0, str(safe_cell(f"Neighbourhood outcomes: {pack.title}")), large)
    at = 1
    for what, words in (*about(pack), ("Sources and licences", "\n".join(pack.sources))):
        sheet.write_string(at, 0, what, bold)
        sheet.write_string(at + 1, 0, str(safe_cell(words)), wrapped)
        sheet.set_row(at + 1, _height([(words, _COVER)]))
        at += 2
    sheet.write_string(at, 0, "Sheets", bold)
    _for_paper(sheet)
    for number, page in enumerate(pages, start=at + 1):
        sheet.write_url(number, 0, f"internal:'{page.name}'!A1", string=page.name)


def _write(book: Workbook, page: _Page) -> None:
    """The title and two lines in column A, then the table, its header in sight however far one scrolls."""
    sheet, wrapped = book.add_worksheet(page.name), _wrapped(book)
    sheet.write_string(0, 0, page.title, _large(book))
    sheet.write_string(1, 0, page.about)
    sheet.write_string(2, 0, "This sheet contains one table. The sheet Notes explains columns and symbols.")
    header, rows = page.table.header, page.table.rows
    last, widths = (_TITLES + len(rows), len(header) - 1), _widths(page.table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for at, cells in enumerate(rows, start=_TITLES + 1):
        sheet.set_row(at, _height([(str(cell), width) for cell, width in zip(cells, widths, strict=True)]))
        for column, cell in enumerate(cells):
            value = safe_cell(cell)
            if isinstance(value, (int, float)):
                sheet.write_number(at, column, value, wrapped)
            else:
                sheet.write_string(at, column, value or SYMBOLS[""][0], wrapped)
    sheet.add_table(_TITLES, 0, *last, {
        "name": page.name.replace(" ", "_"), "style": "Table Style Light 1", "banded_rows": False, "autofilter": True,
        "columns": [{"header": title, "header_format": _bold(book)} for title in header],
    })  # fmt: skip
    sheet.freeze_panes(_TITLES + 1, 0)
    sheet.repeat_rows(_TITLES)
    _for_paper(sheet)


def _widths(table: Table) -> list[int]:
    """The width of every column, in letters."""
    longest = [max(len(str(cell or "")) for cell in column) for column in zip(*table.rows, strict=True)]
    return [
        min(max(most, len(title) + 2, _NARROW) + 1, _WIDE) for most, title in zip(longest, table.header, strict=True)
    ]


def _height(cells: Sequence[tuple[str, int]]) -> int:
    """The height of a row, in points, from its texts and the widths they are wrapped at: not every program finds it."""
    lines = max(sum(-(-max(len(line), 1) // width) for line in text.split("\n")) for text, width in cells)
    return min(lines * _LINE, _HIGHEST)


def _for_paper(sheet: Worksheet) -> None:
    """A4 on its side, all columns on one page."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _large(book: Workbook) -> Format:
    return book.add_format({"bold": True, "font_size": 16})


def _bold(book: Workbook) -> Format:
    return book.add_format({"bold": True})


def _wrapped(book: Workbook) -> Format:
    return book.add_format({"text_wrap": True, "valign": "top"})
