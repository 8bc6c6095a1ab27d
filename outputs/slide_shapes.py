"""Shapes of a slide written as what they are in the file: python-pptx needs a hundred times longer for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Inches

from outputs.look import palette
from outputs.office_text import LANGUAGE, LONGEST_ALT, one_line


def colour(key: str) -> str:
    """A colour of the look as ``RRGGBB``."""
    return palette("light")[key].removeprefix("#")


def filled(key: str) -> str:
    """A fill of one colour."""
    return f'<a:solidFill><a:srgbClr val="{colour(key)}"/></a:solidFill>'


def hatched(key: str, behind: str) -> str:
    """A fill of oblique strokes."""
    front, back = (
        f'<a:{side}Clr><a:srgbClr val="{colour(one)}"/></a:{side}Clr>' for side, one in (("fg", key), ("bg", behind))
    )
    return f'<a:pattFill prst="wdUpDiag">{front}{back}</a:pattFill>'


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape lies, in inches from the slide's upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def xml(self) -> str:
        """The place as the file has it."""
        left, top, width, height = (Inches(value) for value in (self.left, self.top, self.width, self.height))
        return f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'


def figure(box: Box, fill: str, *, kind: str = "rect", edge: str = "", adjust: int | None = None) -> str:
    """A shape without words; ``edge`` is the palette key of its outline, ``adjust`` its one handle in 100,000ths."""
    handle = "" if adjust is None else f'<a:gd name="adj" fmla="val {adjust}"/>'
    line = f'<a:ln w="25400">{filled(edge)}</a:ln>' if edge else "<a:ln><a:noFill/></a:ln>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{{id}}" name="Mark {{id}}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>{box.xml}</a:xfrm>'
        f'<a:prstGeom prst="{kind}"><a:avLst>{handle}</a:avLst></a:prstGeom>{fill}{line}</p:spPr></p:sp>'
    )


def words(box: Box, text: str, points: float, *, align: str, bold: bool = False) -> str:
    """One line of words without a box around it."""
    run = f'<a:rPr lang="{LANGUAGE}" sz="{int(points * 100)}" b="{int(bold)}"/><a:t>{safe(text)}</a:t>'
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="Words {id}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm>{box.xml}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0"/>'
        f'<a:p><a:pPr algn="{align}"/><a:r>{run}</a:r></a:p></p:txBody></p:sp>'
    )


def safe(text: str) -> str:
    """``text`` as it may stand inside a shape of this module."""
    return escape(one_line(text)).replace("{", "&#123;").replace("}", "&#125;")


def put_group(slide: Slide, parts: Sequence[str], box: Box, name: str, alt: str) -> None:
    """Add shapes as one, with one alternative text for all of them."""
    first = max(shape.shape_id for shape in slide.shapes) + 1
    inside = box.xml.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    told = quoteattr(one_line(alt)[:LONGEST_ALT])
    body = "".join(part.replace("{id}", str(first + at)) for at, part in enumerate(parts, start=1))
    slide.shapes._spTree.append(
        parse_xml(
            f"<p:grpSp {nsdecls('p', 'a')}><p:nvGrpSpPr><p:cNvPr id='{first}' name='{name}' descr={told}/><p:cNvGrpSpPr/><p:nvPr/>"
            f"</p:nvGrpSpPr><p:grpSpPr><a:xfrm>{box.xml}{inside}</a:xfrm></p:grpSpPr>{body}</p:grpSp>"
        )
    )


def cell(text: str, points: float, side: float, top: float, *, bold: bool, head: bool) -> str:
    """A cell of a table with a rule under it, a strong one under the header; margins in inches."""
    rule, key = (28575, "ink") if head else (9525, "edge")
    none = "".join(f'<a:{edge} w="0"><a:noFill/></a:{edge}>' for edge in ("lnL", "lnR", "lnT"))
    return (
        f'<a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="{LANGUAGE}" sz="{int(points * 100)}" b="{int(bold)}">{filled("ink")}'
        f'</a:rPr><a:t>{escape(one_line(text))}</a:t></a:r></a:p></a:txBody><a:tcPr marL="0" marR="{Inches(side)}" '
        f'marT="{Inches(top)}" marB="{Inches(top)}">{none}<a:lnB w="{rule}">{filled(key)}</a:lnB><a:noFill/></a:tcPr></a:tc>'
    )


def put_table(
    slide: Slide, box: Box, widths: Sequence[float], heights: Sequence[float], rows: Sequence[str], alt: str
) -> None:
    """Add a table whose first row is its header; ``rows`` are the cells of each row, sizes are in inches."""
    number = max(shape.shape_id for shape in slide.shapes) + 1
    grid = "".join(f'<a:gridCol w="{Inches(wide)}"/>' for wide in widths)
    body = "".join(f'<a:tr h="{Inches(high)}">{cells}</a:tr>' for high, cells in zip(heights, rows, strict=True))
    told = quoteattr(one_line(alt)[:LONGEST_ALT])
    slide.shapes._spTree.append(
        parse_xml(
            f"<p:graphicFrame {nsdecls('p', 'a')}><p:nvGraphicFramePr><p:cNvPr id='{number}' name='Table' descr={told}/>"
            "<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp='1'/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>"
            f"<p:xfrm>{box.xml}</p:xfrm><a:graphic><a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/table'>"
            f"<a:tbl><a:tblPr firstRow='1' firstCol='1'/><a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic>"
            "</p:graphicFrame>"
        )
    )
