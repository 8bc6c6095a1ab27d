"""Slides about a place: the scorecard, a slide an outcome with a chart that can be edited, and what the numbers are not."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from outputs import clauses, sheet_words, whole_area_words
from outputs import slide_theme as theme
from outputs.board_words import changes_words, next_step, not_loaded_words, periods_words, title_of
from outputs.contact import contact_line
from outputs.fixed_zip import with_fixed_dates
from outputs.methods_words import HOW, LADDER
from outputs.names import upper_first
from outputs.newest import newest
from outputs.office_properties import set_properties
from outputs.office_text import one_line
from outputs.pack import Pack, Sheet
from outputs.reply_words import HEADING, replies_to, replies_to_others, reply_words
from outputs.sheet_words import check_line
from outputs.slide_chart import add_chart, lines_words
from outputs.slide_parts import (
    Line,
    add_sign,
    add_slide,
    add_table,
    fill,
    foot_last,
    in_british_english,
    pages,
    read_next,
)
from outputs.source_words import source_lines
from outputs.story import FIXED_LINE
from outputs.table import Table
from outputs.text_fit import height
from outputs.words import tone_colour, tone_of, verdict_words
from store.database import Store
from store.place import Reply

_ROOM = theme.BOTTOM - theme.TOP
_TEXT_SIZES = (20, 18, 16, 14)
_PANEL_SIZES = (16, 15, 14, 13, 12, 11)
_NOTE_SIZES = (12, 11, 10)
_TABLE_SIZES = (11, 12, 13, 14, 16)


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The presentation as one .pptx file; ``store`` is not read."""
    del store
    deck = theme.deck()
    slides = _Slides(deck, pack)
    slides.opening()
    slides.whole()
    slides.tables("Scorecard: exceptions first", sheet_words.scorecard(pack.findings), (0.16, 0.17, 0.16, 0.19, 0.17, 0.15),
                  note=sheet_words.HOW_TO_READ)  # fmt: skip
    for sheet in pack.loaded:
        slides.finding(sheet)
    if not pack.loaded:
        slides.text("There is no scorecard yet", [Line(sheet_words.NO_FIGURES), Line(not_loaded_words(pack.findings))])
    slides.text(f"{HEADING.rstrip(':')} what has no slide of its own", [
        Line(f"{title_of(reply.indicator, pack.findings)}: {reply_words(reply)}")
        for reply in replies_to_others(pack.place.replies, [sheet.finding for sheet in pack.loaded])
    ])  # fmt: skip
    slides.tables("What to keep in mind", sheet_words.caveats_table(pack.sheets), (0.3, 0.7))
    slides.tables("What we do not have, and why", sheet_words.blanks_table(pack), (0.36, 0.34, 0.3),
                  note=not_loaded_words(pack.findings))  # fmt: skip
    slides.text("How we decide what can be said", [Line(text) for text in HOW])
    slides.tables("What a verdict means", Table(("What the slide says", "When"), LADDER), (0.34, 0.66))
    slides.text("Where the figures come from", [Line(text) for text in pack.sources or (sheet_words.NO_FIGURES,)])
    slides.tables("How anybody can check every number", sheet_words.checks_table(pack.findings), (0.46, 0.22, 0.2, 0.12),
                  note="The same plan on the same data with the same software gives the same numbers.")  # fmt: skip
    slides.text("What these numbers are not for", [
        Line(pack.use, bold=True), Line(pack.drawn_by), Line(FIXED_LINE), Line(contact_line()),
        Line(f"{sheet_words.made_on(pack)} with software {pack.software}."),
    ])  # fmt: skip
    return {".pptx": slides.file()}


class _Slides:
    """A presentation being filled: every title is said once, every slide has notes."""

    def __init__(self, deck: Deck, pack: Pack) -> None:
        self._deck, self._pack = deck, pack
        self._titles: list[str] = []
        parts = ("This is a sample" if pack.is_sample else "", sheet_words.made_on(pack), pack.title)
        self._footer = " · ".join(part for part in parts if part)

    def _add(self, layout: str, title: str, notes: Sequence[str]) -> Slide:
        self._titles.append(title)
        slide = add_slide(self._deck, layout, sheet_words.distinct(self._titles)[-1], self._footer)
        notes_frame = slide.notes_slide.notes_text_frame
        assert notes_frame is not None
        notes_frame.text = "\n".join(one_line(text) for text in notes if text)
        return slide

    def opening(self) -> None:
        """The place, the question, and who drew it."""
        pack = self._pack
        said = [
            Line(sheet_words.QUESTION, bold=True),
            Line(upper_first(pack.began)),
            Line(sheet_words.made_on(pack) + "."),
            Line(sheet_words.SAMPLE if pack.is_sample else "", bold=True),
            Line(pack.drawn_by),
            Line(pack.use),
        ]
        slide = self._add(theme.OPENING, pack.title, [line.text for line in said])
        fill(slide.placeholders[1], said, theme.OPENING_WIDE, 3.4, _TEXT_SIZES)

    def whole(self) -> None:
        """The place as a whole: the board's headline, what can be seen, and all outcomes taken together."""
        pack = self._pack
        self.text(
            pack.headline,
            [
                Line(pack.first_line),
                Line(periods_words(pack.findings)),
                Line(whole_area_words.sentence(pack.whole)),
                Line(changes_words(pack.place, pack.findings)),
            ],
        )

    def text(self, title: str, said: Sequence[Line]) -> None:
        """Paragraphs, over as many slides as they need; a long paragraph alone is said in smaller letters."""
        left = [line for line in said if line.text]
        while left:
            fits = 1
            while fits < len(left) and height([one.text for one in left[: fits + 1]], 16, theme.INSIDE) <= _ROOM:
                fits += 1
            slide = self._add(theme.TEXT, title, [line.text for line in left[:fits]])
            fill(slide.placeholders[1], left[:fits], theme.INSIDE, _ROOM, _TEXT_SIZES)
            left = left[fits:]

    def tables(self, title: str, table: Table, widths: Sequence[float], note: str = "") -> None:
        """A table, over as many slides as it needs, each with the header row and a title of its own; none without rows."""
        if not table.rows:
            return
        room = theme.BOTTOM - theme.TABLE_TOP - (theme.UNDER_HIGH + 0.1 if note else 0)
        least = len(pages(table, widths, _TABLE_SIZES[0], room))
        # The largest letters that need no more slides than the smallest do.
        points = next(one for one in reversed(_TABLE_SIZES) if len(pages(table, widths, one, room)) == least)
        for at, part in enumerate(pages(table, widths, points, room)):
            numbered = f"{title} ({at + 1} of {least})" if least > 1 else title
            slide = self._add(theme.TABLE, numbered, [*(_row_words(table, row) for row in part.rows), note])
            alt = f"Table: {title}. {len(part.rows)} rows. Columns: {', '.join(table.header)}."
            add_table(slide, part, widths, points, alt)
            holder = next(one for one in slide.placeholders if one.placeholder_format.idx == theme.NOTE_AT)
            if note:
                fill(holder, [Line(note, colour="muted")], theme.INSIDE, theme.UNDER_HIGH, _NOTE_SIZES)
                read_next(slide, holder)
            else:
                # Left empty it would ask to be filled in.
                slide.shapes._spTree.remove(holder._element)

    def finding(self, sheet: Sheet) -> None:
        """One outcome: the sentence, the chart, both counts, how sure, and what next."""
        finding, pack = sheet.finding, self._pack
        answers = replies_to(pack.place.replies, finding.question.indicator)
        slide = self._add(theme.FINDING, sheet_words.title_of_sheet(sheet), _notes(sheet, answers))
        holders = {one.placeholder_format.idx: one for one in slide.placeholders}
        fill(holders[theme.COUNTS_AT], _counts(sheet), theme.PANEL_WIDE, theme.COUNTS_HIGH, _PANEL_SIZES)
        fill(holders[theme.SURE_AT], _sure(sheet), theme.PANEL_WIDE, theme.BOTTOM - theme.SURE_TOP, _PANEL_SIZES)
        why = [sheet_words.breaks_words(sheet.chart), lines_words(sheet.chart)] if sheet.chart else []
        note = [Line(" ".join(part for part in reversed(why) if part)), *map(Line, source_lines([finding]))]
        fill(holders[theme.NOTE_AT], note, theme.CHART_WIDE, theme.BOTTOM - theme.NOTE_TOP, _NOTE_SIZES)
        if sheet.chart is not None:
            add_chart(slide, sheet.chart)
        else:
            slide.shapes._spTree.remove(holders[theme.CHART_AT]._element)
        # Read in the order in which they are said: the chart, the counts, the sign with its words, the note.
        read_next(slide, holders[theme.COUNTS_AT])
        sign, rose = f"Sign: {verdict_words(finding)}.", finding.verdict.startswith("Rose")
        add_sign(slide, tone_of(finding), rose, theme.PANEL_LEFT, theme.SURE_TOP - 0.5, sign)
        read_next(slide, holders[theme.SURE_AT])
        read_next(slide, holders[theme.NOTE_AT])
        # In full, right behind what they answer to.
        self.text(f"{HEADING} {finding.title}", [Line(reply_words(reply)) for reply in answers])

    def file(self) -> bytes:
        """The presentation's bytes, the same for the same pack."""
        set_properties(self._deck.core_properties, self._pack)
        parts = [self._deck.part, self._deck.slide_master.part, *(one.part for one in self._deck.slide_layouts)]
        parts += [part for slide in self._deck.slides for part in (slide.part, slide.notes_slide.part)]
        parts += [shape.chart.part for slide in self._deck.slides for shape in slide.shapes if shape.has_chart]
        parts.append(self._deck.notes_master.part)
        for slide in self._deck.slides:
            foot_last(slide)
        for part in parts:
            in_british_english(part._element)
        out = io.BytesIO()
        self._deck.save(out)
        return with_fixed_dates(out.getvalue(), self._pack.made_on)


def _counts(sheet: Sheet) -> list[Line]:
    """Both figures, large, and what similar places did; without two periods the newest figure."""
    finding = sheet.finding
    lines: list[Line] = []
    sides = sheet.chart.windows if sheet.chart else ()
    for bar in sides:
        lines += [Line(bar.label, colour="muted")]
        level = finding.before if bar.label.startswith("Before") else finding.after
        lines += [Line(sheet_words.figure_of(finding, level) if level else bar.figure, bold=True, size=1.3)]
    if not lines:
        lines.append(Line(f"Newest: {newest(finding, sheet.studied.series) or 'not known'}", bold=True))
    if finding.comparison is not None and clauses.pair(finding) is not None:
        lines.append(Line(clauses.similar_changed(finding, finding.comparison)))
    return lines


def _sure(sheet: Sheet) -> list[Line]:
    """The verdict in words, why, and what next."""
    finding = sheet.finding
    compared = finding.comparison
    lines = [Line(verdict_words(finding), bold=True, size=1.15, colour=tone_colour(tone_of(finding)))]
    if finding.verdict == "Cannot be compared" or compared is None:
        lines.append(Line(upper_first(f"{clauses.reasons(finding)}.") if clauses.reasons(finding) else ""))
    else:
        lines += [Line(clauses.placebo(compared)), Line(clauses.closing(finding))]
    return [*lines, Line(f"What next: {next_step(finding)}")]


def _notes(sheet: Sheet, answers: Sequence[Reply]) -> list[str]:
    """What the speaker says and can be asked: the whole sentence, every caveat, the sources, and how to check it."""
    finding = sheet.finding
    return [
        sheet.sentence,
        clauses.change_words(finding),
        *(f"Keep in mind: {text}" for _, text in finding.caveats),
        *([HEADING] if answers else []),
        *map(reply_words, answers),
        *(f"Source: {text}" for text in source_lines([finding])),
        check_line(finding),
    ]


def _row_words(table: Table, row: Sequence[object]) -> str:
    """A row as a sentence, for notes that are read aloud."""
    told = [f"{name}: {value}" for name, value in zip(table.header[1:], row[1:], strict=True) if value]
    return f"{row[0]}. {'; '.join(told)}."
