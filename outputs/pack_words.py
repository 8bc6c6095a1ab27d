"""What a data file says about itself: whose it is, what it is not for, and what goes with its numbers."""

from __future__ import annotations

from outputs import whole_area_words
from outputs.board_words import changes_words, title_of
from outputs.contact import contact_line
from outputs.names import upper_first
from outputs.pack import Pack
from outputs.reply_words import reply_words
from outputs.sheet_words import SAMPLE, made_on


def about(pack: Pack) -> tuple[tuple[str, str], ...]:
    """(what, words) about a pack: place, who drew it, when it was made, what it is not for, whom to tell."""
    lines = [
        ("Place", pack.title),
        ("Sample", SAMPLE if pack.is_sample else ""),
        ("About the place", pack.place.summary),
        ("Start", upper_first(pack.began)),
        ("Who drew it", pack.drawn_by),
        ("What is found", pack.headline),
        ("What can be seen", pack.first_line),
        ("Taken together", whole_area_words.sentence(pack.whole)),
        ("Outcomes chosen beforehand", changes_words(pack.place, pack.findings)),
        ("Not for", pack.use),
        ("Missing and hidden", "A missing month is not zero, and a figure that is not shown is not zero."),
        ("Version", f"{made_on(pack)} with software {pack.software}."),
        ("Contact", contact_line()),
    ]
    return tuple((what, words) for what, words in lines if words)


def cautions(pack: Pack, indicator: str) -> tuple[str, ...]:
    """What must be said with the figures of one outcome of the board or of the background, each once."""
    studied = [*pack.findings, *(item.finding for item in pack.background)]
    said = (text for finding in studied if finding.question.indicator == indicator for _, text in finding.caveats)
    return tuple(dict.fromkeys(said))


def replies(pack: Pack) -> tuple[tuple[str, str, str], ...]:
    """(indicator, its title, what people here answer to its number), in the order of the place's file."""
    return tuple(
        (reply.indicator, title_of(reply.indicator, pack.findings), reply_words(reply)) for reply in pack.place.replies
    )
