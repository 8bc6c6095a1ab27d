"""The house look as a presentation: 16:9, four layouts, theme colours and fonts, made from python-pptx's own default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation as Deck
from pptx.util import Inches

from outputs.look import tokens
from outputs.slide_shapes import Box, colour

WIDTH, HEIGHT, SIDE = 13.333, 7.5, 0.6  # inches
INSIDE = WIDTH - 2 * SIDE
TOP, BOTTOM = 1.6, 6.8  # of what stands between title and footer
TITLE_HIGH = 1.05
OPENING_WIDE, OPENING_HIGH = INSIDE - 0.6, 1.7
CHART_WIDE, CHART_HIGH = 8.15, 4.2
PANEL_LEFT = SIDE + CHART_WIDE + 0.35
PANEL_WIDE = WIDTH - SIDE - PANEL_LEFT
COUNTS_HIGH = 1.95
SURE_TOP = TOP + COUNTS_HIGH + 0.62
NOTE_TOP = TOP + CHART_HIGH + 0.1
TABLE_TOP = 1.2  # under a title of one line
UNDER_HIGH = 0.5  # of the note under a table
OPENING, TEXT, FINDING, TABLE = "Opening", "Text", "Finding", "Table"
# The placeholders of a finding: its chart, both counts, how sure, and what the lines are with their source.
CHART_AT, COUNTS_AT, SURE_AT, NOTE_AT = 13, 14, 15, 16
_KEPT = {"Title Slide": OPENING, "Title and Content": TEXT, "Two Content": FINDING, "Title Only": TABLE}
# Where the typeface is not installed, its description leads to a sans serif that every office has.
_FONT = f'typeface="{tokens()["font"]["family"]}" panose="020B0604020202020204" pitchFamily="34" charset="0"'
_ROLES = {
    "dk1": "ink", "lt1": "bg", "dk2": "text2", "lt2": "bg2", "accent1": "ink", "accent2": "line", "accent3": "blue",
    "accent4": "orange", "accent5": "grey", "accent6": "edge", "hlink": "blue", "folHlink": "text2",
}  # fmt: skip


def deck() -> Deck:
    """An empty presentation in the house look."""
    found = Presentation()
    found.slide_width, found.slide_height = Inches(WIDTH), Inches(HEIGHT)
    size = found.part._element.find("{*}sldSz")
    size.attrib.pop("type", None)
    master = found.slide_master
    _theme(master)
    for layout in list(found.slide_layouts):
        if layout.name not in _KEPT:
            found.slide_layouts.remove(layout)
            continue
        name = _KEPT[layout.name]
        _rebuild(layout._element, name, _shapes(name))
    _rebuild(master._element, "", [
        _box(2, "Title", 'type="title"', (SIDE, 0.42, INSIDE, TITLE_HIGH), anchor="t"),
        _box(3, "Text", 'type="body" idx="1"', (SIDE, TOP, INSIDE, BOTTOM - TOP)),
        *_foot(4),
    ])  # fmt: skip
    _text_styles(master._element)
    for rel in list(found.part.rels.values()):
        if rel.reltype.endswith("/printerSettings"):
            found.part.drop_rel(rel.rId)
    return found


def _theme(master: Any) -> None:
    part = master.part.part_related_by("http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme")
    xml = part.blob.decode("utf-8")
    for role, key in _ROLES.items():
        xml = re.sub(
            rf"<a:{role}>.*?</a:{role}>", f'<a:{role}><a:srgbClr val="{colour(key)}"/></a:{role}>', xml, flags=re.S
        )
    for kind in ("majorFont", "minorFont"):
        xml = re.sub(rf"(<a:{kind}>\s*)<a:latin [^>]*/>", rf"\1<a:latin {_FONT}/>", xml)
    name = 'name="Neighbourhood outcomes"'
    xml = re.sub(r'(<a:theme [^>]*?)name="[^"]*"', rf"\1{name}", xml, count=1)
    xml = re.sub(r'(<a:(?:clrScheme|fontScheme) )name="[^"]*"', rf"\1{name}", xml)
    part._blob = xml.encode("utf-8")


def _shapes(name: str) -> list[str]:
    """The placeholders of one layout."""
    title = _box(2, "Title", 'type="title"', None)
    if name == OPENING:
        return [
            _box(2, "Title", 'type="ctrTitle"', (SIDE + 0.3, 1.1, OPENING_WIDE, OPENING_HIGH), anchor="b", points=44),
            _box(3, "Subtitle", 'type="subTitle" idx="1"', (SIDE + 0.3, 3.05, OPENING_WIDE, 3.5), points=20),
            _bar(9, (SIDE, 1.1, 0.09, 5.45)),
            *_foot(4),
        ]
    if name == TEXT:
        return [title, _box(3, "Text", 'type="body" idx="1"', None), *_foot(4)]
    if name == FINDING:
        high = BOTTOM - SURE_TOP
        return [
            title,
            _box(3, "Chart", f'type="chart" idx="{CHART_AT}"', (SIDE, TOP, CHART_WIDE, CHART_HIGH)),
            _box(7, "Before and after", f'type="body" idx="{COUNTS_AT}"', (PANEL_LEFT, TOP, PANEL_WIDE, COUNTS_HIGH)),
            _box(8, "How sure", f'type="body" idx="{SURE_AT}"', (PANEL_LEFT, SURE_TOP, PANEL_WIDE, high)),
            _box(9, "Note", f'type="body" idx="{NOTE_AT}"', (SIDE, NOTE_TOP, CHART_WIDE, BOTTOM - NOTE_TOP), points=12),
            *_foot(4),
        ]
    at = (SIDE, BOTTOM - UNDER_HIGH, INSIDE, UNDER_HIGH)
    return [title, _box(3, "Note", f'type="body" idx="{NOTE_AT}"', at, anchor="b", points=12), *_foot(4)]


def _foot(first: int) -> list[str]:
    """Footer and slide number, along the lower edge."""
    return [
        _box(first, "Footer", f'type="ftr" sz="quarter" idx="{first + 7}"', (SIDE, 6.92, INSIDE - 1.2, 0.36), anchor="ctr",
             points=11, key="tx2"),
        _box(first + 1, "Slide number", f'type="sldNum" sz="quarter" idx="{first + 8}"', (WIDTH - SIDE - 1, 6.92, 1, 0.36),
             anchor="ctr", points=11, key="tx2", align="r", body='<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" '
             'type="slidenum"><a:rPr lang="en-GB"/><a:t>‹#›</a:t></a:fld>'),
    ]  # fmt: skip


def _box(
    number: int, name: str, ph: str, at: Sequence[float] | None, *, anchor: str = "t", points: float = 0, key: str = "",
    align: str = "l", body: str = "",
) -> str:  # fmt: skip
    """A placeholder; ``at`` is left, top, width and height in inches, None where the master says it."""
    place = f"<a:xfrm>{Box(*at).xml}</a:xfrm><a:prstGeom prst='rect'><a:avLst/></a:prstGeom>" if at else ""
    fill = f'<a:solidFill><a:schemeClr val="{key}"/></a:solidFill>' if key else ""
    size = f' sz="{int(points * 100)}"' if points else ""
    style = f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/><a:defRPr{size}>{fill}</a:defRPr></a:lvl1pPr>'
    text = body or ("" if "ftr" in ph else f'<a:r><a:rPr lang="en-GB"/><a:t>{name}</a:t></a:r>')
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {ph}/></p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>"
        f'<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr>'
        f"<a:lstStyle>{style}</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _bar(number: int, at: Sequence[float]) -> str:
    """The upright of the house: similar places, beside which everything is set."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Upright"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm>{Box(*at).xml}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _rebuild(element: Any, name: str, shapes: Sequence[str]) -> None:
    """Put ``shapes`` in place of what a layout or the master held."""
    content = element.find("{*}cSld")
    tree = content.find("{*}spTree")
    if name:
        content.set("name", name)
        element.attrib.pop("type", None)
        element.set("userDrawn", "1")
    for shape in list(tree)[2:]:
        tree.remove(shape)
    for shape in shapes:
        tree.append(parse_xml(shape.replace("<p:sp>", f"<p:sp {nsdecls('p', 'a')}>", 1)))


def _text_styles(master: Any) -> None:
    """Titles bold at the left, text without bullets: sentences, not slogans."""
    styles = master.find("{*}txStyles")
    for kind, points, bold in (("titleStyle", 28, 1), ("bodyStyle", 18, 0)):
        old = styles.find(f"{{*}}{kind}")
        level = old.find("{*}lvl1pPr")
        level.set("algn", "l")
        for key in ("marL", "indent"):
            level.set(key, "0")
        letters = level.find("{*}defRPr")
        letters.set("sz", str(points * 100))
        letters.set("b", str(bold))
        for bullet in [*level.findall("{*}buFont"), *level.findall("{*}buChar")]:
            level.remove(bullet)
        if level.find("{*}buNone") is None:
            letters.addprevious(parse_xml(f"<a:buNone {nsdecls('a')}/>"))
        space = level.find("{*}spcBef")
        space.clear()
        space.append(parse_xml(f'<a:spcPts {nsdecls("a")} val="{600 if kind == "bodyStyle" else 0}"/>'))
