"""A pack as plain values for the paper templates: every word, table and picture, none of them made by the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indicators.finding import Finding
from outputs import clauses, signs, whole_area_words, whose
from outputs.background import LINE, background_table
from outputs.board_words import changes_words, not_loaded_words, periods_words
from outputs.calibration_words import Measured, in_words
from outputs.facts import facts
from outputs.look import palette
from outputs.map_svg import BOUNDARIES, MapPlan, map_svg
from outputs.methods_words import HOW, LADDER
from outputs.pack import Pack, Sheet
from outputs.paper_charts import series_svg
from outputs.paper_difference import difference_svg
from outputs.place_words import chosen_words
from outputs.plans import compared_words, timeline_plan
from outputs.reply_words import HEADING, replies_to, replies_to_others, reply_words
from outputs.scorecard import HOW_TO_READ, in_order, range_alt, range_svg, scorecard_table, shared_axis
from outputs.sensitivity_plan import main_row
from outputs.sheet_words import (
    NO_FIGURES,
    SAMPLE,
    blanks_table,
    breaks_words,
    check_line,
    checks_table,
    counts_table,
    distinct,
    made_on,
)
from outputs.source_words import source_lines
from outputs.story import FIXED_LINE
from outputs.table import Table
from outputs.whose import heading
from outputs.words import is_aim, small_number, tone_colour, tone_of, verdict_words
from store.database import Store
from store.holdings import calibration

AUTHOR = "Neighbourhood Outcomes"
_MAP_WIDTH = 480
_SHORT = 60  # letters of a name that stands under every page


@dataclass(frozen=True, slots=True)
class Pictures:
    """How large pictures are on a page, in points: their width, the height of a chart, and the size of the words in them."""

    width: float
    height: float
    words: float


def document(pack: Pack, store: Store, pictures: Pictures) -> dict[str, Any]:
    """Everything a board pack says, in the order of its pages."""
    findings = in_order([sheet.finding for sheet in pack.loaded])
    sheets = {sheet.finding.question.indicator: sheet for sheet in pack.loaded}
    ordered = [sheets[finding.question.indicator] for finding in findings]
    headings = distinct(heading(finding, pack.place.name) for finding in findings)
    return common(pack) | {
        "line": f"{pack.title} · {pack.began} · {chosen_words(pack.place)}",
        "headline": pack.headline,
        "under": [text for text in (pack.first_line, periods_words(pack.findings), changes_words(pack.place, pack.findings)) if text],
        "scorecard": _scorecard(findings),
        "below": [text for text in (_nothing(findings), not_loaded_words(pack.findings)) if text],
        "answers": [reply_words(reply) for reply in replies_to_others(pack.place.replies, findings)],
        "answers_heading": HEADING,
        "how_to_read": HOW_TO_READ,
        "sheets": [_sheet(pack, sheet, name, pictures) for sheet, name in zip(ordered, headings, strict=True)],
        "whole": whole_area_words.sentence(pack.whole),
        "map": _map(pack.map) if pack.map else None,
        "events": _events(pack),
        "background": {"line": LINE, "table": _table(background_table(pack.background))} if pack.background else None,
        "blanks": _table(blanks_table(pack)),
        "how": list(HOW),
        "ladder": _table(Table(("What the page says", "When"), LADDER)),
        "alarms": list(in_words([Measured(**row) for row in calibration(store)])[:1]),
        "files": _table(_files(pack)),
        "checks": _table(checks_table(pack.findings)),
        "fixed_line": FIXED_LINE,
    }  # fmt: skip


def common(pack: Pack) -> dict[str, Any]:
    """What every paper carries, whatever else is on it."""
    return {
        "title": pack.title,
        "place": pack.place.name,
        "short": pack.place.name if len(pack.place.name) <= _SHORT else f"{pack.place.name[:_SHORT].rstrip()}…",
        "author": AUTHOR,
        "date": [pack.made_on.year, pack.made_on.month, pack.made_on.day],
        "made_on": made_on(pack),
        "software": f"Software {pack.software}",
        "sample": SAMPLE if pack.is_sample else "",
        "use": pack.use,
        "drawn_by": pack.drawn_by,
        "sources": list(pack.sources),
        "colours": palette("print"),
    }


def verdict_of(finding: Finding) -> dict[str, str]:
    """The sign of a verdict, its words, and the colour of both."""
    tone = tone_of(finding)
    return {
        "sign": signs.svg(tone, "print", finding.verdict.startswith("Rose")),
        "words": verdict_words(finding),
        "colour": palette("print")[tone_colour(tone)],
    }


def _nothing(findings: Sequence[Finding]) -> str:
    return "" if findings else NO_FIGURES


def _table(table: Table) -> dict[str, Any]:
    """A table of plain texts, unknown cells empty."""
    return {
        "header": list(table.header),
        "rows": [["" if cell is None else str(cell) for cell in row] for row in table.rows],
    }


def _scorecard(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    along = shared_axis(findings)
    rows = zip(findings, scorecard_table(findings).rows, strict=True)
    return [_row(finding, [str(cell) for cell in row]) | _range(finding, range_svg(finding, along, "print")) for finding, row in rows]  # fmt: skip


def _row(finding: Finding, cells: Sequence[str]) -> dict[str, Any]:
    title, _, happened, similar, _, _, rank, following = cells
    around = whose.where(finding)
    return {
        "title": title,
        "aim": is_aim(finding),
        "where": "" if around == "in your neighbourhood" else around,
        # The first part stands above the second, as on the board page.
        "happened": happened.split(", ", 1),
        "similar": similar.split(", ", 1),
        "verdict": verdict_of(finding),
        "rank": rank,
        "next": following,
    }


def _range(finding: Finding, svg: str) -> dict[str, str]:
    """The range as a picture with its words; where there is none, the reason in its place."""
    note = "left is less, right is more" if finding.better == "neither" else ""
    if main_row(finding).ratio is None:
        return {"range": "", "range_words": range_alt(finding), "range_note": ""}
    return {"range": svg, "range_words": range_alt(finding), "range_note": note}


def _sheet(pack: Pack, sheet: Sheet, name: str, pictures: Pictures) -> dict[str, Any]:
    finding = sheet.finding
    return {
        "heading": name,
        "chosen": "Chosen beforehand (aim)" if is_aim(finding) else "Not chosen beforehand: found by looking",
        "measured": finding.measured_at,
        "verdict": verdict_of(finding),
        "sentence": sheet.sentence,
        "facts": [list(fact) for fact in facts(finding)],
        "chart": _chart(sheet, pictures),
        "counts": _table(counts_table(sheet)),
        "compared": compared_words(finding) if finding.comparison else "",
        "change": clauses.change_words(finding),
        "caveats": [text for _, text in finding.caveats],
        "replies": [reply_words(reply) for reply in replies_to(pack.place.replies, finding.question.indicator)],
        "sources": list(source_lines([finding])),
        "checks": check_line(finding),
    } | _range(finding, difference_svg(finding, width=pictures.width, size=pictures.words))


def _chart(sheet: Sheet, pictures: Pictures) -> dict[str, str] | None:
    if sheet.chart is None:
        return None
    return {
        "title": sheet.chart.title,
        "counted": sheet.chart.counted,
        "sentence": sheet.chart.sentence,
        "breaks": breaks_words(sheet.chart),
        "svg": series_svg(sheet.chart, width=pictures.width, height=pictures.height, size=pictures.words),
        "alt": sheet.chart.alt,
    }


def _map(plan: MapPlan) -> dict[str, Any]:
    touching = plan.number("ring") + plan.number("left_out")
    key = [f"Dark: {plan.place}.", f"Grey: {small_number(plan.number('similar'))} small areas of similar places."]
    if touching:
        key.append(f"Hatched: {small_number(touching)} left out, because they touch ours or share what was done here.")
    return {
        "title": plan.title,
        "sentence": plan.sentence,
        # Without a name there is no line that leads to it: on paper the key says which is which.
        "svg": map_svg(replace(plan, place=""), theme="print", width=_MAP_WIDTH),
        "alt": plan.alt,
        "key": " ".join(key),
        "source": BOUNDARIES,
    }


def _events(pack: Pack) -> dict[str, Any] | None:
    """What happened here and when, and what others found of it; None where nothing is written down."""
    if not pack.place.milestones:
        return None
    plan = timeline_plan(pack.place)
    found = f"What others found: {pack.place.prior_evaluation}." if pack.place.prior_evaluation else ""
    return {"title": plan.title, "sentence": plan.sentence, "table": _table(plan.table), "found": found}


def _files(pack: Pack) -> Table:
    """The files behind every number, a row a publication: how many, the newest edition, and when they were fetched."""
    held: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for source in _sources_of(pack):
        files = held.setdefault((source["title"], source["publisher"]), [])
        if (entry := (source["file"], source["edition"], source["fetched_on"])) not in files:
            files.append(entry)
    rows = tuple(
        (title, publisher, _named(files), max(edition for _, edition, _ in files), max(day for _, _, day in files))
        for (title, publisher), files in held.items()
    )
    return Table(("Publication", "Publisher", "Files", "Newest edition", "Fetched"), rows)


def _sources_of(pack: Pack) -> Iterable[Any]:
    for finding in [*pack.findings, *(item.finding for item in pack.background)]:
        yield from finding.sources


def _named(files: Sequence[tuple[str, str, str]]) -> str:
    return files[0][0] if len(files) == 1 else f"{len(files)} files, {files[0][0]} to {files[-1][0]}"
