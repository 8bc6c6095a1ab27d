"""What people here answer to a number, in the words of every page and paper that shows the number."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.finding import Finding
from outputs.board_words import title_of
from outputs.markup import escape
from store.period import month_words
from store.place import Reply

HEADING = "People here answer:"


def replies_to(replies: Sequence[Reply], indicator: str) -> tuple[Reply, ...]:
    """Those of ``replies`` that answer this indicator's number, in the order of the file."""
    return tuple(reply for reply in replies if reply.indicator == indicator)


def replies_to_others(replies: Sequence[Reply], shown: Sequence[Finding]) -> tuple[Reply, ...]:
    """Those of ``replies`` that answer none of the findings ``shown``, so that no answer is ever left out."""
    beside = {finding.question.indicator for finding in shown}
    return tuple(reply for reply in replies if reply.indicator not in beside)


def reply_words(reply: Reply) -> str:
    """``“It is quieter on our stairs.” — a resident, November 2026``"""
    who = f"{reply.said_by}, " if reply.said_by else ""
    return f"“{reply.text}” — {who}{month_words(reply.on)}"


def replies_html(replies: Sequence[Reply], *, named_by: Sequence[Finding] | None = None) -> str:
    """The answers under their heading, as the inside of a paragraph; empty where there are none.

    With ``named_by``, the findings of the board, each answer names its outcome: it stands beside no number of its own.
    """
    if not replies:
        return ""
    named = ["" if named_by is None else f"{title_of(reply.indicator, named_by)}: " for reply in replies]
    lines = "<br>".join(escape(name + reply_words(reply)) for name, reply in zip(named, replies, strict=True))
    return f"<strong>{escape(HEADING)}</strong> {lines}"
