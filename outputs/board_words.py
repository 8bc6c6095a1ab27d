"""The board page in words: its headline, what can be seen at all, and what to do next about each outcome."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.discovery import all_indicators
from indicators.finding import Finding
from indicators.ground import NOT_PUBLISHED
from outputs import clauses, levels
from outputs.names import lower_first, upper_first
from outputs.whose import is_here, is_local
from outputs.words import Tone, is_aim, listed, small_number, tone_of, verb
from store.period import month_words
from store.place import Place

A_THIRD = 100 / 3
FILL_IN = "Whoever runs this page can load them: Data and methods says how."
_HALF = 50.0


def headline_for_board(findings: Sequence[Finding]) -> str:
    """The board's title: a sentence that is the finding, exceptions first, good and bad alike."""
    # What is council-wide or at surgeries is background: it does not say what happened here.
    here = [one for one in findings if is_here(one)]
    counted = [one for one in here if clauses.pair(one) is not None]
    if not counted:
        return "Nothing here can be compared yet."
    start = _directions(counted)
    exceptions = [
        f"{lower_first(one.title)} {clauses.against(one)}"
        for tone in ("worse", "better", "different")
        for one in counted
        if tone_of(one) == tone
    ]
    if not exceptions:
        return f"{start} {_none_told(counted)}"
    told = upper_first(listed(exceptions)) + " than in similar places."
    if len(counted) == 1:
        return told
    remaining = len(counted) - len(exceptions)
    if not remaining:
        return f"{start} {told}"
    tail = "the other" if remaining == 1 else f"the other {small_number(remaining)}"
    return f"{start} {told} For {tail} we cannot say so."


def _none_told(counted: Sequence[Finding]) -> str:
    if all(tone_of(one) == "same" for one in counted):
        return "That is about the same as in similar places."
    ways = {verb(*clauses.monthly(one, numbers)) for one in counted if (numbers := clauses.pair(one))}
    way = ways.pop() if len(ways) == 1 else "did not change"
    what = "differs from" if way == "did not change" else f"{way} more than in"
    subject = "We cannot yet say that it" if len(counted) == 1 else "For none can we yet say that it"
    return f"{subject} {what} similar places."


def _directions(counted: Sequence[Finding]) -> str:
    ways = []
    for one in counted:
        numbers = clauses.pair(one)
        if numbers:
            ways.append(verb(*clauses.monthly(one, numbers)))
    if len(counted) == 1:
        return f"{counted[0].title} {ways[0]}."
    # A price or an average answer is not a count.
    what = "numbers" if any(one.kind in levels.LEVELS for one in counted) else "counts"
    for way in ("fell", "rose", "did not change"):
        if all(found == way for found in ways):
            if way == "did not change":
                return f"None of the {small_number(len(counted))} {what} changed."
            return f"{'Both' if len(counted) == 2 else f'All {small_number(len(counted))}'} {what} {way}."
    parts = [f"{small_number(ways.count(way))} {way}" for way in ("fell", "rose", "did not change") if ways.count(way)]
    return f"Of {small_number(len(counted))} {what} {listed(parts)}."


def next_step(finding: Finding) -> str:
    """One of five next steps: watch, pool, count something nearer the work, ask people, no action.

    The rule: no start date, or a difference: ask people. No data, council-wide or not comparable: count nearer the
    work, unless it is counted here already. Too few: pool. The same: no action. Cannot tell: no action where a fall of a third would have shown by now,
    watch where half would, else pool.
    """
    if finding.verdict != "Not loaded" and (finding.before is None or finding.after is None):
        return "Ask people: when did it begin to feel different here?"
    steps: dict[Tone, str] = {
        "better": "Ask people what they think helped, and keep counting.",
        "worse": "Ask people what changed here.",
        "different": "Ask people whether this is good news or bad.",
        "same": "No action: nothing here differs from similar places.",
        "too_few": "Pool with other communities: together the numbers may be large enough.",
        "cannot_be_compared": "Count something nearer the work.",
        "not_loaded": "Count something nearer the work, or load the data.",
    }
    found = tone_of(finding)
    if found == "cannot_be_compared" and is_local(finding):
        return "Keep counting in the same way, and ask people what they see behind it."
    if clauses.is_unpublished(finding):
        return steps["cannot_be_compared"]
    if found in steps:
        return steps[found]
    detectable = abs(finding.detectable_change_percent) if finding.detectable_change_percent is not None else 100.0
    if detectable <= A_THIRD:
        return f"No action: a {_shift(finding)} of a third would have shown by now."
    if detectable <= _HALF:
        return f"Watch until a {_shift(finding)} of a third would show: more {_waited_for(finding)} are needed."
    return "Pool with other communities: alone, only a very large change would show."


def _shift(finding: Finding) -> str:
    return "difference" if finding.kind in levels.LEVELS else "fall"


def _waited_for(finding: Finding) -> str:
    """Levels come once a year, so more months would bring nothing."""
    return "years" if finding.kind in levels.LEVELS else "months"


_PLACES = (
    ("neighbourhood", "in this neighbourhood"),
    ("schools", "through its schools and surgeries"),
    ("practices", "through its schools and surgeries"),
    ("ward", "only for the whole ward"),
    ("council", "only council-wide"),
)
_BLANK = ("not loaded yet", "not published here")


def what_can_be_seen(findings: Sequence[Finding], only_local: Sequence[str] = ()) -> str:
    """The first line of story and board: how many chosen outcomes can be seen here, and how.

    ``only_local`` names the outcomes nobody publishes, which only people here can collect.
    """
    total = len(findings) + len(only_local)
    if not total:
        return "No outcomes have been chosen yet."
    tally: dict[str, int] = {}
    for finding in findings:
        how = _blank(finding) if finding.verdict == "Not loaded" else _seen(finding.measured_at)
        tally[how] = tally.get(how, 0) + 1
    order = ["in this neighbourhood", *dict.fromkeys(words for _, words in _PLACES[1:]), *_BLANK]
    parts = []
    for how in order:
        if tally.get(how):
            verb_words = f"{'is' if tally[how] == 1 else 'are'} {how}" if how in _BLANK else f"can be seen {how}"
            parts.append(f"{small_number(tally[how])} {verb_words}")
    if only_local:
        parts.append(
            f"{small_number(len(only_local))} can be seen only if people here collect {'it' if len(only_local) == 1 else 'them'}"
        )
    if total == 1:
        return f"The one outcome on this page {parts[0].removeprefix('one ')}."
    if len(parts) == 1:
        return f"All {small_number(total)} outcomes on this page {parts[0].split(' ', 1)[1]}."
    return f"Of the {small_number(total)} outcomes on this page, {listed(parts)}."


def _blank(finding: Finding) -> str:
    return _BLANK[clauses.is_unpublished(finding)]


def _seen(measured_at: str) -> str:
    text = measured_at.lower()
    # Council-wide comes first: its own words mention the neighbourhood, to say that it cannot be seen.
    for key, words in reversed(_PLACES):
        if key in text:
            return words
    return "in this neighbourhood"


def periods_words(findings: Sequence[Finding]) -> str:
    """The two periods that most outcomes measured here are asked about; empty where nothing has a before and after."""
    dated = [(one.before.window, one.after.window) for one in findings if is_here(one) and one.before and one.after]
    if not dated:
        return ""
    usual = max(dict.fromkeys(dated), key=dated.count)
    before, after = (f"{month_words(window.first)} to {month_words(window.last)}" for window in usual)
    others = " Some outcomes are asked about other months, as their figures reach." if len(set(dated)) > 1 else ""
    return f"Before: {before}. After: {after}.{others}"


def not_loaded_words(findings: Sequence[Finding]) -> str:
    """The outcomes of which nothing is loaded or published, in one line instead of a row each; empty where there are none.

    Those chosen beforehand come first and are marked, so that none of them drops out of sight.
    """
    blank = [one for one in findings if one.verdict == "Not loaded"]
    parts = []
    for start, end, nowhere in (("Not loaded yet", f" {FILL_IN}", False), (NOT_PUBLISHED, "", True)):
        part = [one for one in blank if clauses.is_unpublished(one) == nowhere]
        aims = [one for one in part if is_aim(one)]
        names = [f"{lower_first(one.title)} (aim)" for one in aims]
        names += [lower_first(one.title) for one in part if one not in aims]
        parts += [f"{start}: {listed(names)}.{end}"] if names else []
    return " ".join(parts)


def title_of(indicator: str, findings: Sequence[Finding]) -> str:
    """The title of an indicator, on the board or not; its short name where nothing else is known of it any more."""
    on_board = {finding.question.indicator: finding.title for finding in findings}
    item = all_indicators().get(indicator)
    return on_board.get(indicator) or (item.title if item else indicator)


def changes_words(place: Place, findings: Sequence[Finding]) -> str:
    """Every change of the list chosen beforehand: its day, the list until then and the reason; empty where there is none."""
    return " ".join(
        f"The list chosen beforehand was changed on {change.on.day} {month_words(change.on)}. Until then it was "
        f"{listed([lower_first(title_of(name, findings)) for name in change.was])}. Why: {_ended(change.reason)}"
        for change in place.changes
    )


def _ended(text: str) -> str:
    """``text`` with an end, so that the next sentence does not run into it."""
    text = text.strip()
    return text if text[-1] in ".!?…" else f"{text}."
