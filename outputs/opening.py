"""How a living page begins before its program has loaded: the story and its first picture, as plain HTML.

It is drawn from what the page itself is drawn from, and gives way to it. Its style sheet stands inside it and reaches nothing
else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from indicators.finding import Finding
from outputs import offline_parts as part
from outputs.chart_plan import SeriesPlan
from outputs.markup import escape, kept_together
from outputs.offline_style import rules, variables
from outputs.story import Paragraph
from outputs.words import USE
from store.place import Place

ELEMENT = "opening"
WAIT = "The rest of the page is on its way: other places to choose, and the numbers behind every picture."
LATE = "The rest of the page has not come. What stands here is whole; load the page again for the rest."
_WITHOUT_SCRIPT = "Without JavaScript this is where the page ends. Whoever runs it can send you one that needs none."
# Measures of the page that takes its place, so that nothing jumps when it does.
_LAYOUT = (
    "position:fixed;inset:0;overflow:auto;z-index:999990;background:var(--bg);color:var(--ink);"
    'font:18px/1.5 "Atkinson Hyperlegible Next",sans-serif;overflow-wrap:break-word;'
)
_OWN = (
    ".column{max-width:1112px;margin:0 auto;padding:132px 16px 64px}.wait{min-height:204px;margin-top:14px}.quiet{margin:0 0 18px}"
    ".begins h1{margin:10px 0 8px}.begins .lead{margin:0 0 26px}.begins p:not(.lead),.begins blockquote{font-size:16px;line-height:1.45}"
    ".use{margin:28px 0 0}.told .lead{margin:0 0 24px}.at-a-glance caption{font-weight:700;color:var(--ink)}"
    ".two{display:grid;grid-template-columns:1.45fr 1fr;gap:48px}@media(max-width:640px){.two{display:block}}"
)


def sample_html() -> str:
    """That these are the sample's figures, and where to read how to load others."""
    return (
        '<p class="quiet"><strong>This is a sample.</strong> Real figures for Devon and Cornwall, mostly police records from '
        "January 2018 to August 2025. Data and methods says how to load your own.</p>"
    )


def opening_html(
    place: Place,
    findings: Sequence[Finding],
    first_line: str,
    story: Sequence[Paragraph],
    chart: tuple[SeriesPlan, Finding] | None,
    *,
    is_sample: bool,
) -> str:
    """The element that covers the page until the page is there.

    ``findings`` are those counted at a glance; ``chart`` is that of what the story tells in full, with its finding; None where
    there is none.
    """
    drawn = ""
    if chart is not None:
        plan, finding = chart
        title, sentence = f"<h2>{escape(plan.title)}</h2>", part.paragraph(plan.sentence, "quiet")
        drawn = f"<section>{title}{sentence}{part.chart(plan, ('main', 'phone'), 'opening', part.sources([finding]))}</section>"
    body = (
        f'{sample_html() if is_sample else ""}<div class="wait"><p class="quiet" role="status" data-late="{escape(LATE)}">{escape(WAIT)}</p>'
        f'<noscript><p><strong>{escape(_WITHOUT_SCRIPT)}</strong></p></noscript></div><div class="begins">{part.beginning(place)}</div>'
        f'<div class="two"><div class="told">{part.told(first_line, story)}</div>{part.glance(findings)}</div>{drawn}'
        f'<p class="quiet use">{escape(USE)}</p>'
    )
    return f'<div id="{ELEMENT}"><style>{_style()}</style><div class="column">{kept_together(body)}</div></div>'


@cache
def _style() -> str:
    return (
        f"{variables(f'#{ELEMENT}')}#{ELEMENT}{{{_LAYOUT}{rules()}{_OWN}}}@media print{{#{ELEMENT}{{position:static}}}}"
    )
