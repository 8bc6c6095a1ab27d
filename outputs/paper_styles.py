"""The house look as a Word document: A4, numbered headings, page numbers, made from python-docx's own default."""

from __future__ import annotations

import re
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from outputs.look import palette, tokens
from outputs.office_text import LANGUAGE

SHORT, LONG, SIDE = 21.0, 29.7, 2.2  # centimetres
LEAD, SOURCE, REPLY = "Lead", "Source", "Reply"
# Where the typeface is not installed, Word takes the other name.
_FAMILY, _STAND_IN = tokens()["font"]["family"], "Arial"
# name: (letters in points, bold, colour, space before and after in points)
_STYLES = {
    "Normal": (10.5, False, "ink", 0, 6),
    "Title": (26, True, "ink", 0, 8),
    "Heading 1": (18, True, "ink", 22, 8),
    "Heading 2": (14, True, "ink", 18, 6),
    "Heading 3": (11, True, "ink", 8, 3),
    "List Bullet": (10.5, False, "ink", 0, 3),
    LEAD: (14, False, "ink", 0, 8),
    SOURCE: (9.5, False, "muted", 0, 4),
    REPLY: (10.5, False, "ink", 0, 6),
    "Footer": (9.5, False, "muted", 0, 0),
}
_HEADINGS = ("Heading 1", "Heading 2")


def colour(key: str) -> str:
    """A colour of the look on paper as ``RRGGBB``."""
    return palette("print")[key].removeprefix("#")


def document(footer: str) -> Document:
    """An empty document in the house look; ``footer`` stands on every page beside its number."""
    made = docx.Document()
    _language(made)
    for name, values in _STYLES.items():
        _style(made, name, *values)
    _numbered(made)
    _fonts(made)
    portrait(made.sections[0])
    _footer(made.sections[0], footer)
    package = made.part.package
    for rel in list(package.rels.values()):
        # A picture of an empty page shows nobody what is inside.
        if rel.reltype.endswith("/thumbnail"):
            del package.rels[rel.rId]
    return made


def portrait(section: Section) -> None:
    """Make a section upright."""
    _paper(section, SHORT, LONG, WD_ORIENT.PORTRAIT)


def landscape(section: Section) -> None:
    """Make a section lie on its side, for a table with many columns."""
    _paper(section, LONG, SHORT, WD_ORIENT.LANDSCAPE)


def width_of(section: Section) -> float:
    """The room between the margins, in centimetres."""
    return round((section.page_width or 0) / Cm(1), 2) - 2 * SIDE


def _paper(section: Section, wide: float, high: float, way: WD_ORIENT) -> None:
    section.orientation = way
    section.page_width, section.page_height = Cm(wide), Cm(high)
    section.left_margin = section.right_margin = Cm(SIDE)
    section.top_margin = section.bottom_margin = Cm(2)


def _language(made: Document) -> None:
    """Every word is British English, and the file opens as one of today's."""
    styles, settings = made.styles.element, made.settings.element
    for element in (styles, settings):
        for tag in ("w:lang", "w:themeFontLang"):
            for one in element.iter(qn(tag)):
                one.set(qn("w:val"), LANGUAGE)
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")


def _style(made: Document, name: str, points: float, bold: bool, key: str, before: float, after: float) -> None:
    known = {style.name for style in made.styles}
    style = made.styles[name] if name in known else made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    if name not in known:
        style.base_style = made.styles["Normal"]
    properties = style.element.get_or_add_rPr()
    for tag in ("w:rFonts", "w:color", "w:spacing", "w:kern"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    names = " ".join(f'w:{kind}="{_FAMILY}"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {names}/>"))
    style.font.size, style.font.bold = Pt(points), bold
    style.font.color.rgb = RGBColor.from_string(colour(key))
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.05
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    if name == REPLY:
        layout.left_indent = Cm(0.6)
        rule = f'<w:left w:val="single" w:sz="18" w:space="8" w:color="{colour("ink")}"/>'
        # Word wants the border before the spacing.
        spacing = style.element.get_or_add_pPr().find(qn("w:spacing"))
        spacing.addprevious(parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>"))


def _numbered(made: Document) -> None:
    """Word numbers the headings itself, on two levels, so that they can be moved, cited and read aloud."""
    numbering = made.part.numbering_part.element
    taken = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    abstract, number = max(taken) + 1, len(numbering.findall(qn("w:num"))) + 1
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading{at + 1}"/>'
        f'<w:suff w:val="tab"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:tabs><w:tab w:val="num" w:pos="680"/></w:tabs><w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl>'
        for at, text in enumerate(("%1", "%1.%2"))
    )
    first = numbering.find(qn("w:num"))
    first.addprevious(
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}"><w:multiLevelType w:val="multilevel"/>{levels}'
            "</w:abstractNum>"
        )
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
    )
    for at, name in enumerate(_HEADINGS):
        properties = made.styles[name].element.get_or_add_pPr()
        level = properties.get_or_add_numPr()
        level.get_or_add_ilvl().val = at
        level.get_or_add_numId().val = number


def _fonts(made: Document) -> None:
    """Name the stand-in for readers who do not have the house's typeface; nothing is embedded."""
    for rel in made.part.rels.values():
        if rel.reltype.endswith("/fontTable"):
            font = (
                f'<w:font w:name="{_FAMILY}"><w:altName w:val="{_STAND_IN}"/><w:panose1 w:val="020B0604020202020204"/>'
                '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
            )
            table = rel.target_part.blob.decode("utf-8")
            rel.target_part._blob = table.replace("</w:fonts>", f"{font}</w:fonts>").encode("utf-8")
        if rel.reltype.endswith("/theme"):
            xml = rel.target_part.blob.decode("utf-8")
            latin = rf'\1<a:latin typeface="{_FAMILY}"/>'
            xml = re.sub(r"(<a:(?:major|minor)Font>\s*)<a:latin [^>]*/>", latin, xml)
            rel.target_part._blob = xml.encode("utf-8")


def _footer(section: Section, text: str) -> None:
    """The footer, with the page's number and how many there are."""
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run("Page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")
    paragraph.add_run(f" · {text}")


def _field(paragraph: Any, code: str) -> None:
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
