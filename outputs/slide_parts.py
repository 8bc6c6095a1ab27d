"""The pieces slides are made of: words in placeholders, tables, signs; each with its alternative text and language."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Pt

from outputs import signs
from outputs import slide_theme as theme
from outputs.look import tokens
from outputs.office_text import LANGUAGE, LONGEST_ALT, one_line
from outputs.slide_shapes import (
    Box,
    cell,
    colour,
    figure,
    filled,
    put_group,
    put_table,
)
from outputs.table import Table
from outputs.text_fit import height, lines, points_for, shortened
from outputs.words import Tone

_FOOT = ("ftr", "sldNum")
_BOLD = 1.1  # how much wider bold letters are
_OPENING_SIZES = (44, 36, 30, 26, 22, 18)
_TITLE_SIZES = (28, 26, 24, 22, 20, 18)
_CELL_SIDE, _CELL_TOP = 0.08, 0.06  # inches
_UNIT = 0.02  # inches for each unit of a sign


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: ``size`` is that of its letters beside the usual one, ``colour`` a key of the palette."""

    text: str
    bold: bool = False
    size: float = 1.0
    colour: str = "ink"


def add_slide(deck: Deck, layout: str, title: str, footer: str) -> Slide:
    """A slide with its title, footer and number; what is added later is read in the order in which it was added."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts.get_by_name(layout))
    opens = layout == theme.OPENING
    sizes = _OPENING_SIZES if opens else _TITLE_SIZES
    wide = theme.OPENING_WIDE if opens else theme.INSIDE
    high = theme.OPENING_HIGH if opens else theme.TITLE_HIGH
    points = points_for([title], wide / _BOLD, high, sizes)
    holder = slide.shapes.title
    assert holder is not None
    holder.text_frame.text = one_line(shortened(title, points, wide / _BOLD, high))
    holder.text_frame.paragraphs[0].runs[0].font.size = Pt(points)
    for foot in slide.slide_layout.element.iter(qn("p:sp")):
        kind = foot.find(".//{*}ph")
        if kind is not None and kind.get("type") in _FOOT:
            slide.shapes._spTree.append(_own_foot(foot, 100 + len(slide.shapes), footer))
    return slide


def _own_foot(foot: Any, number: int, text: str) -> Any:
    """A slide's own copy of its layout's footer or number, which takes place and letters from there."""
    own = copy.deepcopy(foot)
    for inherited in (own.find("{*}spPr"), own.find("{*}txBody/{*}lstStyle")):
        inherited.clear()
    own.find("{*}nvSpPr/{*}cNvPr").set("id", str(number))
    if own.find(".//{*}ph").get("type") == "ftr":
        own.find(".//{*}p").append(parse_xml(f"<a:r {nsdecls('a')}><a:rPr/><a:t/></a:r>"))
        own.find(".//{*}t").text = one_line(shortened(text, 11, theme.INSIDE - 1.4, 0.3))
    return own


def fill(shape: Any, said: Sequence[Line], wide: float, high: float, sizes: Sequence[float]) -> None:
    """Write paragraphs into a placeholder, in the largest of ``sizes`` that fits; what does not fit at all ends in an
    ellipsis, because the notes hold the whole of it.
    """
    told = [line for line in said if line.text]
    texts = [line.text for line in told]
    # Larger letters take the room of more of them.
    wider = wide / max((line.size for line in told if len(line.text) > 40), default=1.0)
    room = high - sum((line.size - 1) * line_height(sizes[-1]) for line in told if line.size > 1)
    points = points_for(texts, wider, room, sizes)
    line = line_height(points)
    while height(texts, points, wider) > room:
        left = room - height([*texts[:-1], ""], points, wider) + line
        if left >= line or len(texts) == 1:
            texts[-1] = shortened(texts[-1], points, wider, max(left, line))
            break
        texts.pop()
    frame = shape.text_frame
    for at, (written, text) in enumerate(zip(told, texts, strict=False)):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = one_line(text)
        run.font.size = Pt(points * written.size)
        run.font.bold = written.bold or None
        if written.colour != "ink":
            run.font.color.rgb = RGBColor.from_string(colour(written.colour))


def read_next(slide: Slide, shape: Any) -> None:
    """Let a shape be read after all that are on the slide by now."""
    slide.shapes._spTree.append(shape._element)


def foot_last(slide: Slide) -> None:
    """Let footer and number be read after everything else."""
    for shape in list(slide.shapes._spTree.iter(qn("p:sp"))):
        kind = shape.find(".//{*}ph")
        if kind is not None and kind.get("type") in _FOOT:
            slide.shapes._spTree.append(shape)


def line_height(points: float) -> float:
    """How high one line stands, in inches."""
    return height(["x"], points, 1)


def add_table(slide: Slide, table: Table, widths: Sequence[float], points: float, alt: str) -> None:
    """A real table with a header row, from the top of the slide's room; ``widths`` are shares of its width."""
    columns = [share * theme.INSIDE for share in widths]
    lines_of = [("header", table.header), *(("row", row) for row in table.rows)]
    heights = [row_height(cells, columns, points) for _, cells in lines_of]
    rows = [
        "".join(
            cell("" if value is None else str(value), points, 2 * _CELL_SIDE, _CELL_TOP, bold=head or not at, head=head)
            for at, value in enumerate(cells)
        )
        for head, cells in ((kind == "header", cells) for kind, cells in lines_of)
    ]
    put_table(slide, Box(theme.SIDE, theme.TABLE_TOP, theme.INSIDE, sum(heights)), columns, heights, rows, alt)


def row_height(cells: Sequence[object], columns: Sequence[float], points: float) -> float:
    """How high a row stands, in inches; the first column is bold and so a little wider."""
    most = max(
        lines("" if value is None else str(value), points * (_BOLD if at == 0 else 1), wide - 2 * _CELL_SIDE)
        for at, (value, wide) in enumerate(zip(cells, columns, strict=True))
    )
    return most * line_height(points) + 2 * _CELL_TOP


def pages(table: Table, widths: Sequence[float], points: float, room: float) -> list[Table]:
    """The table cut into as many as fit ``room`` inches each, every one with the header; a row is never split."""
    columns = [share * theme.INSIDE for share in widths]
    head = row_height(table.header, columns, points)
    found: list[list[tuple[Any, ...]]] = [[]]
    used = head
    for row in table.rows:
        high = row_height(row, columns, points)
        if found[-1] and used + high > room:
            found.append([])
            used = head
        found[-1].append(row)
        used += high
    return [Table(table.header, tuple(rows)) for rows in found]


def described(shape: Any, name: str, alt: str) -> None:
    """Give a chart, table or picture its name and its alternative text."""
    properties = shape._element.find(".//" + qn("p:cNvPr"))
    properties.set("name", name)
    properties.set("descr", one_line(alt)[:LONGEST_ALT])


def add_sign(slide: Slide, tone: Tone, rose: bool, left: float, top: float, alt: str) -> None:
    """The verdict's sign as shapes: an upright for similar places and a bar for where our difference could be."""
    sign = tokens()["sign"]

    def put(x: float, y: float, wide: float, high: float, key: str, *, kind: str = "rect", edge: str = "") -> str:
        box = Box(left + x * _UNIT, top + y * _UNIT, wide * _UNIT, high * _UNIT)
        return figure(box, filled(key), kind=kind, edge=edge, adjust=50_000 if kind == "roundRect" else None)

    upright = [put(21, 1, 2, 18, "ink")]
    if tone in ("cannot_be_compared", "not_loaded"):
        parts = [put(x, 6, 12, 8, "grey") for x in (1, 31)]
        parts += [put(x, 3, 5, 14, "ink", kind="parallelogram") for x in (17, 22)]
    elif tone == "too_few":
        radius = sign["too_few"]["r"]
        dots = (
            put(x - radius, 10 - radius, 2 * radius, 2 * radius, "grey", kind="ellipse") for x in sign["too_few"]["cx"]
        )
        parts = [*dots, *upright]
    else:
        # Without a declared direction the side means less or more, and grey means neither good nor bad.
        shape = sign[("better" if rose else "worse") if tone == "different" else tone]
        key = "grey" if tone == "different" else shape["fill"]
        x, y, wide, high = (shape[one] for one in ("x", "y", "width", "height"))
        parts = [put(x, y, wide, high, key, kind="roundRect", edge=shape.get("stroke", ""))]
        parts += [put(19.5, 5, 5, 10, "bg")] if tone == "same" else []
        parts += upright
    put_group(slide, parts, Box(left, top, signs.WIDTH * _UNIT, signs.HEIGHT * _UNIT), "Sign", alt)


def in_british_english(element: Any) -> None:
    """Say of every piece of text which language it is in, so that it is read aloud and checked as such."""
    for run in (*element.iter(qn("a:r")), *element.iter(qn("a:fld"))):
        if run.find(qn("a:rPr")) is None:
            run.insert(0, parse_xml(f"<a:rPr {nsdecls('a')}/>"))
    for name in ("a:rPr", "a:endParaRPr", "a:defRPr"):
        for properties in element.iter(qn(name)):
            properties.set("lang", LANGUAGE)
