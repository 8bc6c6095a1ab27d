"""The board paper: what to do next first, then the scorecard, a section an outcome, and how all of it was found."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.enum.section import WD_SECTION

from outputs import clauses, sheet_words, signs, whole_area_words
from outputs.background import LINE, background_table
from outputs.board_words import changes_words, next_step, not_loaded_words, periods_words, title_of
from outputs.contact import contact_line
from outputs.fixed_zip import with_fixed_dates
from outputs.methods_words import HOW, LADDER
from outputs.names import upper_first
from outputs.office_properties import set_properties
from outputs.pack import Pack, Sheet
from outputs.paper_charts import series_svg
from outputs.paper_parts import heading, paragraph, picture, table, verdict
from outputs.paper_png import as_png
from outputs.paper_styles import LEAD, REPLY, SHORT, SIDE, SOURCE, document, landscape, portrait
from outputs.plans import compared_words
from outputs.reply_words import HEADING, replies_to, replies_to_others, reply_words
from outputs.scorecard import in_order
from outputs.source_words import source_lines
from outputs.story import FIXED_LINE
from outputs.table import Table
from outputs.whose import heading as heading_of
from outputs.words import Tone, is_aim, tone_colour, tone_of, verdict_words
from store.database import Store

_WIDE = SHORT - 2 * SIDE  # centimetres
_POINTS = 72 / 2.54
_CHART_HIGH, _CHART_LETTERS = 190.0, 9.5  # points


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The paper as one .docx file; ``store`` is not read."""
    del store
    banner = " · This is a sample" if pack.is_sample else ""
    made = document(f"{pack.title} · {sheet_words.made_on(pack)}{banner}")
    _opening(made, pack)
    _next(made, pack)
    _scorecard(made, pack)
    _outcomes(made, pack)
    _around(made, pack)
    _blanks(made, pack)
    _methods(made)
    _sources(made, pack)
    _use(made, pack)
    set_properties(made.core_properties, pack)
    out = io.BytesIO()
    made.save(out)
    return {".docx": with_fixed_dates(out.getvalue(), pack.made_on)}


def _opening(made: Document, pack: Pack) -> None:
    """Whom it is for, from whom, and what was found in one sentence."""
    paragraph(made, f"Outcomes of {pack.title}", "Title")
    if pack.is_sample:
        paragraph(made, sheet_words.SAMPLE).runs[0].bold = True
    rows = (
        ("For", f"The board of {pack.place.name}"),
        ("Date", sheet_words.made_on(pack).removeprefix("Made on ")),
        ("From", f"Neighbourhood outcomes, software {pack.software}. No number in this paper was typed by hand."),
        ("Place", f"{pack.title}. {upper_first(pack.began)}."),
        ("The area", pack.drawn_by),
        ("Not for", pack.use.removeprefix("Not for ")),
    )
    table(made, Table(("What", "Words"), rows), (0.16, 0.84), "About this paper", head=False)
    paragraph(made, pack.headline, LEAD)
    for text in (pack.first_line, periods_words(pack.findings), changes_words(pack.place, pack.findings)):
        if text:
            paragraph(made, text)


def _next(made: Document, pack: Pack) -> None:
    heading(made, "What next", 1)
    findings = in_order([sheet.finding for sheet in pack.loaded])
    if not findings:
        paragraph(made, sheet_words.NO_FIGURES)
        return
    paragraph(
        made,
        "One step for each outcome, to be discussed. Each follows from its verdict by a fixed rule.",
        together=True,
    )
    steps: dict[str, list[str]] = {}
    for finding in findings:
        steps.setdefault(next_step(finding), []).append(finding.title)
    # Titles have an “and” of their own: semicolons keep them apart.
    rows = tuple((step, "; ".join(titles)) for step, titles in steps.items())
    table(made, Table(("Step", "Outcomes"), rows), (0.5, 0.5), "What next")


def _scorecard(made: Document, pack: Pack) -> None:
    """The scorecard on pages that lie on their side: six columns of words need the width."""
    landscape(made.add_section(WD_SECTION.NEW_PAGE))
    heading(made, "The scorecard: exceptions first", 1)
    card = sheet_words.scorecard(pack.findings)
    if card.rows:
        paragraph(made, sheet_words.HOW_TO_READ, SOURCE)
        table(made, card, (0.15, 0.17, 0.17, 0.19, 0.17, 0.15), "The scorecard")
    else:
        paragraph(made, sheet_words.NO_FIGURES)
    if blank := not_loaded_words(pack.findings):
        paragraph(made, blank)
    portrait(made.add_section(WD_SECTION.NEW_PAGE))


def _outcomes(made: Document, pack: Pack) -> None:
    heading(made, "The outcomes one by one", 1)
    sheets = pack.loaded
    if not sheets:
        paragraph(made, sheet_words.NO_FIGURES)
    names = sheet_words.distinct(heading_of(sheet.finding, pack.place.name) for sheet in sheets)
    charts, drawn = _pictures(sheets)
    for at, (sheet, name, chart) in enumerate(zip(sheets, names, charts, strict=True)):
        _outcome(made, pack, sheet, name, drawn[_sign(sheet)], chart, first=at == 0)
    others = replies_to_others(pack.place.replies, [sheet.finding for sheet in sheets])
    _replies(made, [f"{title_of(reply.indicator, pack.findings)}: {reply_words(reply)}" for reply in others])
    heading(made, "The place as a whole", 1)
    paragraph(made, whole_area_words.sentence(pack.whole))


_Sign = tuple[Tone, bool]


def _sign(sheet: Sheet) -> _Sign:
    return tone_of(sheet.finding), sheet.finding.verdict.startswith("Rose")


def _pictures(sheets: Sequence[Sheet]) -> tuple[list[bytes | None], dict[_Sign, bytes]]:
    """The chart of every sheet (None where there is nothing to draw) and every sign that occurs, drawn in one go."""
    charts = [
        series_svg(sheet.chart, width=_WIDE * _POINTS, height=_CHART_HIGH, size=_CHART_LETTERS) if sheet.chart else None
        for sheet in sheets
    ]
    occurring = list(dict.fromkeys(_sign(sheet) for sheet in sheets))
    drawn = iter(as_png([*filter(None, charts), *(signs.svg(tone, "print", rose) for tone, rose in occurring)]))
    pictures = [next(drawn) if svg else None for svg in charts]
    return pictures, dict(zip(occurring, drawn, strict=True))


def _outcome(
    made: Document, pack: Pack, sheet: Sheet, name: str, sign: bytes, chart: bytes | None, *, first: bool
) -> None:
    """One outcome: verdict, sentence, chart, counts, who is compared, what to keep in mind, and what people answer."""
    finding = sheet.finding
    heading(made, name, 2, new_page=not first)
    verdict(made, sign, verdict_words(finding), tone_colour(tone_of(finding)))
    paragraph(
        made,
        f"{'Chosen beforehand (aim)' if is_aim(finding) else 'Not chosen beforehand'}. Measured {finding.measured_at}.",
        SOURCE,
    )
    paragraph(made, sheet.sentence)
    if sheet.chart is not None and chart is not None:
        picture(made, chart, _WIDE, sheet.chart.alt)
        paragraph(
            made,
            " ".join(part for part in (sheet.chart.sentence, sheet_words.breaks_words(sheet.chart)) if part),
            SOURCE,
        )
    for line in source_lines([finding]):
        paragraph(made, f"Source: {line}", SOURCE)
    counts = sheet_words.counts_table(sheet)
    widths = (0.14, 0.34, 0.16, 0.16, 0.2) if len(counts.header) == 5 else (0.3, 0.7)
    table(made, counts, widths, f"Counts: {name}")
    for text in (clauses.change_words(finding), compared_words(finding) if finding.comparison else ""):
        if text:
            paragraph(made, text)
    if finding.caveats:
        heading(made, "Keep in mind", 3)
        for _, text in finding.caveats:
            paragraph(made, text, "List Bullet")
    _replies(made, [reply_words(reply) for reply in replies_to(pack.place.replies, finding.question.indicator)])


def _replies(made: Document, answers: Sequence[str]) -> None:
    if answers:
        heading(made, HEADING.rstrip(":"), 3)
    for answer in answers:
        paragraph(made, answer, REPLY)


def _around(made: Document, pack: Pack) -> None:
    if not pack.background:
        return
    heading(made, "Around us: the council, schools and surgeries", 1)
    paragraph(made, LINE, together=True)
    table(made, background_table(pack.background), (0.24, 0.26, 0.3, 0.2), "Outcomes measured around the neighbourhood")


def _blanks(made: Document, pack: Pack) -> None:
    heading(made, "What we do not have, and why", 1)
    table(made, sheet_words.blanks_table(pack), (0.36, 0.34, 0.3), "What we do not have")


def _methods(made: Document) -> None:
    heading(made, "How we decide what can be said", 1)
    for text in HOW:
        paragraph(made, text)
    table(made, Table(("What the paper says", "When"), LADDER), (0.32, 0.68), "What a verdict means")


def _sources(made: Document, pack: Pack) -> None:
    heading(made, "Sources, and how to check every number", 1)
    for text in pack.sources or (sheet_words.NO_FIGURES,):
        paragraph(made, text, "List Bullet")
    if pack.findings:
        paragraph(made, "The same plan on the same data with the same software gives the same numbers.", together=True)
        table(made, sheet_words.checks_table(pack.findings), (0.4, 0.24, 0.24, 0.12), "Plans and data")


def _use(made: Document, pack: Pack) -> None:
    heading(made, "What these numbers are not for", 1)
    for text in (pack.use, pack.drawn_by, FIXED_LINE, contact_line()):
        paragraph(made, text)
