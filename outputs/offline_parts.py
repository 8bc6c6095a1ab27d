"""Parts of the page that needs nothing from anywhere: charts with their numbers, panels, the map, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indicators.finding import Finding
from outputs import signs
from outputs.at_a_glance import SIGN, at_a_glance
from outputs.chart_plan import SeriesPlan
from outputs.chart_svg import series_svg
from outputs.chart_windows import Size
from outputs.clauses import name
from outputs.constellation import strong_words
from outputs.map_svg import BOUNDARIES, MapPlan, map_key, map_svg, swatch_svg
from outputs.markup import escape
from outputs.names import upper_first
from outputs.offline_style import VARIABLES, in_variables
from outputs.pack import Pack, Sheet
from outputs.panel_words import panel_words
from outputs.reply_words import replies_html, replies_to
from outputs.sheet_words import breaks_words
from outputs.source_words import source_lines
from outputs.starts_words import began, since
from outputs.story import Paragraph
from outputs.table import Table
from outputs.words import Tone, tone_of, verdict_words
from store.place import Place

_MAP_WIDTH = 480  # pixels
# A picture beside words that say the same.
_UNHEARD = 'aria-hidden="true"'


def paragraph(text: str, kind: str = "") -> str:
    """``text`` escaped in a paragraph; nothing where there is none."""
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{escape(text)}</p>" if text else ""


def beginning(place: Place) -> str:
    """The name, what it is asked, what is strong there, and what people say; nothing may stand before them."""
    strong = strong_words(place.assets)
    strengths = f"<p><strong>What is strong here.</strong> {escape(strong)}</p>" if strong else ""
    said = "".join(
        f"<blockquote>“{escape(item.text)}”{f' — {escape(item.said_by)}' if item.said_by else ''}</blockquote>"
        for item in place.stories
    )
    where = " · ".join(text for text in (place.town, began(place)) if text)
    question = f"{since(place)} our neighbourhood changed more than places like it? And how sure can we be?"
    return (
        f"<div>{paragraph(where, 'quiet')}<h1>{escape(place.name)}</h1>{paragraph(place.summary, 'lead')}"
        f"{paragraph(question, 'quiet')}{strengths}{said}</div>"
    )


def told(first_line: str, story: Sequence[Paragraph]) -> str:
    """What can be seen at all, then the story."""
    return paragraph(first_line, "quiet") + "".join(
        f'<p class="lead">{f"<strong>{escape(one.lead)}</strong> " if one.lead else ""}{escape(one.text)}</p>'
        for one in story
    )


def folded(summary: str, inside: str, kind: str = "") -> str:
    """What opens at a touch; ``inside`` is HTML."""
    named = f' class="{kind}"' if kind else ""
    return f"<details{named}><summary>{escape(summary)}</summary>{inside}</details>"


def numbers(table: Table, label: str, summary: str = "Show the numbers") -> str:
    """A table behind its summary; left off paper, where nothing can be opened."""
    return folded(summary, table.html(label, captioned=True), "figures")


def items(texts: Iterable[str]) -> str:
    """A list of plain texts."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def sources(findings: Sequence[Finding]) -> str:
    """Publisher, licence, how far the data go and when they were fetched."""
    lines = [escape(line) for line in source_lines(findings)]
    return f'<p class="source">{"Source" if len(lines) == 1 else "Sources"}: {"<br>".join(lines)}</p>' if lines else ""


def _sign(tone: Tone, *, rose: bool = False) -> str:
    drawn = in_variables(signs.svg(tone, "light", rose))
    return drawn.replace("<svg ", f"<svg {_UNHEARD} ", 1)


def verdict(finding: Finding) -> str:
    """The sign and the words of a finding's verdict; the sign says nothing that the words do not."""
    tone = tone_of(finding)
    return (
        f'<p class="verdict {tone}">{_sign(tone, rose=finding.verdict.startswith("Rose"))}'
        f"<span>{escape(verdict_words(finding))}</span></p>"
    )


def glance(findings: Sequence[Finding]) -> str:
    """How many findings have which verdict."""
    title, rows = at_a_glance(findings)
    body = "".join(
        f'<tr><td>{_sign(tone)}</td><th scope="row">{escape(words)}</th><td>{number or "none"}</td></tr>'
        for tone, words, number in rows
    )
    return (
        f'<div class="rule"><table class="at-a-glance"><caption>{escape(title)}</caption><tbody>{body}</tbody></table>'
        f"{paragraph(SIGN, 'quiet')}</div>"
    )


def chart(plan: SeriesPlan, sizes: Sequence[Size], ident: str, words: str = "") -> str:
    """A chart in one or more sizes, of which the style sheet shows one, with what it counts and its numbers.

    ``ident`` is unique on the page; ``words`` is HTML between the picture and its numbers.
    """
    drawn = "".join(series_svg(plan, colours=VARIABLES, size=size, name=f"{ident}-{size}") for size in sizes)
    hatched = paragraph(breaks_words(plan), "source")
    return (
        f'<figure data-name="{escape(plan.title)}"><figcaption>{escape(upper_first(plan.counted))}</figcaption>{drawn}'
        f"{hatched}{words}{numbers(plan.table, f'The numbers: {plan.title}')}</figure>"
    )


def bear_in_mind(finding: Finding) -> str:
    """Why the verdict is what it is, and what else to keep in mind; nothing where there is nothing."""
    because = "; ".join(finding.verdict_because)
    told = [f"{finding.verdict}: {because}.".replace("..", ".")] if because else []
    told += [text for _, text in finding.caveats]
    return folded("What to keep in mind", items(told)) if told else ""


def answers(pack: Pack, finding: Finding) -> str:
    """What people here answer to a number, beside it."""
    said = replies_html(replies_to(pack.place.replies, finding.question.indicator))
    return f"<p>{said}</p>" if said else ""


def panel(pack: Pack, sheet: Sheet, ident: str, *, drawn: bool = True) -> str:
    """One outcome: two numbers beside those of similar places, the verdict, a small chart, and what to keep in mind."""
    finding, plan = sheet.finding, sheet.chart if drawn else None
    return (
        f"<article><h3>{escape(upper_first(name(finding).plain))}</h3>"
        f"{paragraph(panel_words(finding, sheet.studied.series), 'small')}{verdict(finding)}"
        f"{chart(plan, ('small',), ident) if plan else ''}{answers(pack, finding)}{bear_in_mind(finding)}</article>"
    )


def compared(plan: MapPlan) -> str:
    """Who the place is compared with: the map with its key, and the same as a table."""
    # Without a name there is no line that leads to it: the key says which is ours.
    drawn = map_svg(replace(plan, place=""), width=_MAP_WIDTH)
    picture = _inline(drawn, "map", f'role="img" aria-label="{escape(plan.alt)}"')
    keys = "".join(
        f"<li>{_inline(swatch_svg(role), f'map-{role}', _UNHEARD)}"
        f"<span><strong>{escape(lead)}</strong>{escape(rest)}</span></li>"
        for role, lead, rest in map_key(plan)
    )
    return (
        f'{paragraph(plan.sentence)}<figure>{picture}<figcaption><ul class="key">{keys}</ul></figcaption></figure>'
        f'<p class="source">{BOUNDARIES}</p>'
        f"{numbers(plan.table, 'The places on the map', 'Show the places')}"
    )


def _inline(svg: str, ident: str, told: str) -> str:
    """An SVG inside the page: in the page's colours, with an id of its own for its hatching."""
    apart = svg.replace('id="hatch"', f'id="{ident}-hatch"').replace("url(#hatch)", f"url(#{ident}-hatch)")
    return in_variables(apart).replace("<svg ", f"<svg {told} ", 1)
