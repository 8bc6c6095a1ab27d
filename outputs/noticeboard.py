"""One page for the noticeboard, in residents' words: what is strong, what people say, what changed, and how to question it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outputs import signs
from outputs.at_a_glance import SIGN, at_a_glance
from outputs.constellation import strong_words
from outputs.contact import contact_line
from outputs.names import upper_first
from outputs.notice_chart import bars_alt, bars_svg, counted
from outputs.pack import Pack, Sheet
from outputs.paper_charts import series_svg
from outputs.paper_data import common
from outputs.paper_pdf import pdf
from outputs.reply_words import HEADING, replies_to, reply_words
from outputs.source_words import source_lines
from outputs.story import told_in_full
from outputs.words import count
from store.database import Store

_WIDTH, _WORDS = 245, 13  # points
_MOST_PLANS = 8


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The page as PDF/UA-1, by suffix."""
    del store  # everything on this page is in the pack
    return {".pdf": pdf("noticeboard", _values(pack), pack.made_on)}


def _values(pack: Pack) -> dict[str, Any]:
    name, rows = at_a_glance([sheet.finding for sheet in pack.told])
    main = _main(pack)
    *told, last = pack.story
    return common(pack) | {
        "sources": list(source_lines([sheet.finding for sheet in pack.told])),
        "under": " · ".join(part for part in (pack.place.town, upper_first(pack.began)) if part),
        "strong": strong_words(pack.place.assets),
        "said": [f"“{item.text}”" + (f" — {item.said_by}" if item.said_by else "") for item in pack.place.stories],
        "answers": [reply_words(reply) for reply in _answers(pack, main)],
        "answers_heading": HEADING,
        # The last paragraph, of what numbers cannot tell, is never left out.
        "story": [[one.lead, one.text] for one in told],
        "end": [last.lead, last.text],
        "glance": {
            "name": name,
            "rows": [
                [signs.svg(tone, "print"), words, count(number) if number else "none"] for tone, words, number in rows
            ],
            "sign": SIGN,
        },
        "chart": _chart(main),
        "contact": contact_line(),
        "caveats": [text for _, text in main.finding.caveats] if main else [],
        "plans": _plans(pack.told),
    }


def _main(pack: Pack) -> Sheet | None:
    """The outcome that the story tells in full, else the first that has a chart."""
    told = told_in_full(pack.findings)
    return next((sheet for sheet in pack.told if sheet.finding is told), None) or next(
        (sheet for sheet in pack.told if sheet.chart is not None), None
    )


def _answers(pack: Pack, main: Sheet | None) -> Sequence[Any]:
    return replies_to(pack.place.replies, main.finding.question.indicator) if main else ()


def _chart(main: Sheet | None) -> dict[str, str] | None:
    """Two bars; without two numbers the line chart, and nothing where there is nothing to draw."""
    if main is None:
        return None
    if svg := bars_svg(main.finding, width=_WIDTH, size=_WORDS):
        return {"svg": svg, "alt": bars_alt(main.finding), "counted": counted(main.finding)}
    if main.chart is None:
        return None
    svg = series_svg(main.chart, width=_WIDTH, height=150, size=10)
    return {"svg": svg, "alt": main.chart.alt, "counted": main.chart.counted}


def _plans(sheets: Sequence[Sheet]) -> str:
    """The plan and the data of the first outcomes told; the board pack has them all."""
    told = [
        f"{sheet.finding.title} {sheet.finding.plan_hash}, {sheet.finding.data_hash[:16]}"
        for sheet in sheets[:_MOST_PLANS]
    ]
    more = f"; {len(sheets) - _MOST_PLANS} more in the board pack" if len(sheets) > _MOST_PLANS else ""
    return f"Plan and data: {'; '.join(told)}{more}." if told else ""
