"""A page about one place in a single file that asks nothing of anybody: it can be read, printed and passed on as it is.

The order is that of the residents' page: name and strengths, what people say, what changed, what nobody can tell; then how
sure anybody can be. Without its script every word and figure is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outputs import calibration_words, whole_area_words
from outputs import offline_parts as part
from outputs.background import LINE, background_table, for_residents
from outputs.board_words import changes_words, not_loaded_words, periods_words
from outputs.calibration_words import Measured
from outputs.chart import timeline_html
from outputs.clauses import name
from outputs.constellation import ConstellationPlan
from outputs.contact import contact_line
from outputs.markup import escape, kept_together
from outputs.methods_words import HOW, LADDER
from outputs.offline_style import document, in_variables
from outputs.pack import Pack, Sheet
from outputs.plans import timeline_plan
from outputs.reply_words import replies_html, replies_to_others
from outputs.sheet_words import SAMPLE, blanks_table, checks_table, made_on, scorecard
from outputs.story import FIXED_LINE, is_told, told_in_full
from outputs.table import Table
from store.database import Store
from store.holdings import calibration

_QUESTION_IT = (
    "Counts come from public records and from what people here have counted. The same sums are run for every place, and "
    "anybody can run them again: the software is open, and the plan and the data behind each number are named above."
)


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page with its heading; ``inside`` is HTML, and a part without any is left out."""

    ident: str
    title: str
    inside: str

    @property
    def html(self) -> str:
        return (
            f'<section aria-labelledby="{self.ident}"><h2 id="{self.ident}">{escape(self.title)}</h2>{self.inside}'
            "</section>"
        )


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The page as one file."""
    measured = [Measured(**row) for row in calibration(store)]
    return {".html": page(pack, measured).encode("utf-8")}


def page(pack: Pack, measured: list[Measured], *, home: str = "", robots: bool = False) -> str:
    """The whole document; ``home`` is the address of the list of places, where there is one.

    ``measured`` is what a calibration of this software found. ``robots`` lets search engines list the page.
    """
    first = _told_first(pack)
    sections = [
        _Section("changed", "What changed", _changed(pack)),
        *([] if first is None else [_main(pack.told[first])]),
        _Section("counted", "Everything we can count, side by side", _panels(pack, first)),
        _Section("compared", "Who we compare with", part.compared(pack.map) if pack.map else ""),
        _Section("happened", "What happened, and when", _happened(pack)),
        _Section("around", "Around us: the council, schools and surgeries", _around(pack)),
        _Section("strong", "What is strong here", _strong(pack)),
        _Section("blanks", "What we do not have, and why", _blanks(pack)),
        _Section("board", "The board’s table", _board(pack)),
        _Section("sure", "How we know, and how sure we can be", _methods(measured)),
        _Section("sources", "Sources, plans and versions", _sources(pack)),
    ]
    shown = [section for section in sections if section.inside]
    body = (
        f'{_header(pack, home)}<main id="content" tabindex="-1">{part.beginning(pack.place)}{_contents(shown)}'
        f"{''.join(section.html for section in shown)}</main>{_footer(pack)}"
    )
    title = f"{pack.title}: has our neighbourhood changed?"
    return document(title, kept_together(body), script_name="offline.js", robots=robots)


def _header(pack: Pack, home: str) -> str:
    back = f'<p><a href="{escape(home)}">All places</a></p>' if home else ""
    sample = f'<p class="note"><strong>{escape(SAMPLE)}</strong></p>' if pack.is_sample else ""
    return f"<header>{back}{sample}</header>" if back or sample else ""


def _contents(sections: list[_Section]) -> str:
    # After the name, the strengths and what people say: nothing may stand before them.
    links = "".join(f'<li><a href="#{section.ident}">{escape(section.title)}</a></li>' for section in sections)
    return f'<nav aria-label="On this page"><ul>{links}</ul></nav>'


def _changed(pack: Pack) -> str:
    return f"{part.told(pack.first_line, pack.story)}{part.glance(pack.findings)}"


def _told_first(pack: Pack) -> int | None:
    """Which of the outcomes that may be told has the large chart: the one the story tells in full, else the first with a
    chart; None where none has.
    """
    first = told_in_full(pack.findings)
    drawn = [at for at, sheet in enumerate(pack.told) if sheet.chart is not None]
    return next((at for at in drawn if pack.told[at].finding is first), drawn[0] if drawn else None)


def _main(sheet: Sheet) -> _Section:
    assert sheet.chart is not None
    plan = sheet.chart
    switch = '<p class="switch"></p>' if plan.expected else ""
    drawn = part.chart(plan, ("main", "phone"), "first", part.sources([sheet.finding]))
    return _Section("first", plan.title, part.paragraph(plan.sentence, "quiet") + switch + drawn)


def _panels(pack: Pack, first: int | None) -> str:
    if not pack.told:
        return ""
    panels = "".join(part.panel(pack, sheet, f"panel-{at}", drawn=at != first) for at, sheet in enumerate(pack.told))
    intro = "Each panel has its own scale. The solid line is us, the dashed line is similar places’ change."
    above = "" if first is None else f" The chart of {name(pack.told[first].finding).plain} is the large one above."
    switch = '<p class="switch"></p>' if any(one.chart and one.chart.expected for one in pack.told) else ""
    told = [sheet.finding for sheet in pack.told]
    return f'{part.paragraph(intro + above, "quiet")}{switch}<div class="panels">{panels}</div>{part.sources(told)}'


def _happened(pack: Pack) -> str:
    place = pack.place
    if not place.milestones:
        return ""
    plan = timeline_plan(place)
    others = f"What others found: {place.prior_evaluation}." if place.prior_evaluation else ""
    return part.paragraph(plan.sentence, "quiet") + in_variables(timeline_html(plan)) + part.paragraph(others)


def _around(pack: Pack) -> str:
    studied = for_residents(pack.background)
    if not studied:
        return ""
    table = background_table(studied)
    label = "Outcomes measured around the neighbourhood"
    shown = part.numbers(table, label, f"Show {len(studied)} outcomes")
    return f"{part.paragraph(LINE, 'quiet')}{shown}{part.sources([item.finding for item in studied])}"


def _strong(pack: Pack) -> str:
    if not pack.place.assets:
        return ""
    plan = ConstellationPlan(pack.place.name, pack.place.assets)
    return part.paragraph(plan.sentence, "quiet") + plan.table.html(plan.title)


def _blanks(pack: Pack) -> str:
    return f"{blanks_table(pack).html('What we do not have, and why')}{part.paragraph(FIXED_LINE)}"


def _board(pack: Pack) -> str:
    """Every outcome in one table, those too that stand nowhere else on a residents' page, with what to keep in mind."""
    findings = [sheet.finding for sheet in pack.loaded]
    if not findings:
        return part.paragraph(not_loaded_words(pack.findings), "quiet")
    others = [finding for finding in findings if not is_told(finding)]
    also = "".join(
        f"<h3>{escape(one.title)}</h3>{part.answers(pack, one)}{part.bear_in_mind(one)}"
        for one in others
        if one.caveats or part.answers(pack, one)
    )
    left = replies_html(replies_to_others(pack.place.replies, findings), named_by=pack.findings)
    return (
        f"{part.paragraph(pack.headline)}{part.paragraph(periods_words(findings), 'quiet')}"
        f"{scorecard(findings).html(f'Outcomes of {pack.place.name}, exceptions first', captioned=True)}"
        f"{part.paragraph(not_loaded_words(pack.findings), 'quiet')}"
        f"{part.paragraph(whole_area_words.sentence(pack.whole), 'quiet')}"
        f"{part.paragraph(changes_words(pack.place, pack.findings), 'quiet')}{also}{f'<p>{left}</p>' if left else ''}"
    )


def _methods(measured: list[Measured]) -> str:
    said = calibration_words.in_words(measured)
    alarms = "<h3>How often this tool raises a false alarm</h3>" + "".join(map(part.paragraph, said)) if said else ""
    ladder = Table(("What the page says", "When"), LADDER)
    return (
        f"{''.join(map(part.paragraph, HOW))}{alarms}"
        f"<h3>What a verdict means</h3>{ladder.html('What a verdict means, and when it is given')}"
    )


def _sources(pack: Pack) -> str:
    checks = checks_table([sheet.finding for sheet in pack.loaded])
    hashes = part.folded(
        "Show the plan and the data of every outcome",
        checks.html("The same plan, data and software give the same numbers", captioned=True),
    )
    return part.items(pack.sources) + (hashes if checks.rows else "")


def _footer(pack: Pack) -> str:
    made = f"{made_on(pack)} with Neighbourhood Outcomes {pack.software}."
    return (
        '<footer><div><h2 id="who">Who made this, and how to question it</h2>'
        f"{part.paragraph(pack.drawn_by)}{part.paragraph(_QUESTION_IT)}{part.paragraph(contact_line())}<p><strong>{escape(pack.use)}</strong></p>"
        f"{part.paragraph(made, 'quiet')}</div></footer>"
    )
