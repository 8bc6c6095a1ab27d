"""The residents' story: three to six short paragraphs in natural units, good and bad news in the same size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.finding import Compared, Finding
from outputs import clauses, whose
from outputs.names import upper_first
from outputs.words import count, listed, moved, number, small_number, span, tone_of, verb

FIXED_LINE = (
    "Numbers like these cannot show trust, hope or new friendships. "
    "If people here say life changed, that is evidence too."
)
_MOST_LISTED = 6


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A bold lead and the text that follows it; both plain text, to be escaped where they are shown."""

    lead: str
    text: str

    def __str__(self) -> str:
        return f"{self.lead} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with the two numbers it is told in."""

    finding: Finding
    numbers: clauses.Pair


def told_in_full(findings: Sequence[Finding]) -> Finding | None:
    """The outcome that a story tells in full: the first for residents that has two counts; None where none has."""
    return next((one for one in findings if is_told(one) and clauses.pair(one)), None)


def is_told(finding: Finding) -> bool:
    """True for what a story may tell: the neighbourhood's own figures, without sensitive things and house prices."""
    return clauses.name(finding).page == "story" and whose.is_here(finding)


def story(findings: Sequence[Finding], place: str, starts: str = "") -> tuple[Paragraph, ...]:
    """Three to six paragraphs about a place, in the order the findings come, which is the partnership's own.

    The first outcome that has two counts is told in full, whatever it shows; then those that stood out, then the
    rest, then what nobody can tell. Sensitive things, house prices and what is measured for a council, for schools or
    surgeries are left to the other pages. ``starts`` says what other possible starts answer about the outcome told in
    full.
    """
    told = [one for one in findings if is_told(one)]
    pairs = [(one, clauses.pair(one)) for one in told]
    counted = [Told(one, numbers) for one, numbers in pairs if numbers is not None]
    blanks = [one for one, numbers in pairs if numbers is None]
    if not counted:
        return (*_nothing_to_compare(findings, place), _end(()))
    first, others = counted[0], counted[1:]
    stood_out = [one for one in others if tone_of(one.finding) in ("better", "worse", "different")]
    rest = [one for one in others if one not in stood_out]
    *beside, last = _beside(first)
    paragraphs = [_change(first, place), *beside, Paragraph(last.lead, f"{last.text} {starts}".strip())]
    if stood_out:
        paragraphs.append(_stood_out(stood_out))
    if rest:
        paragraphs.append(_rest(rest))
    return (*paragraphs, _end(blanks))


def _change(told: Told, place: str) -> Paragraph:
    finding, numbers = told.finding, told.numbers
    called = clauses.name(finding)
    before, after = numbers.shown
    percent = finding.change_percent
    subject = f"In {place}, {called.plain}"
    if percent is not None and percent < -50 and numbers.after:
        lead = f"{subject} more than halved."
    elif percent is not None and percent > 100 and numbers.before:
        lead = f"{subject} more than doubled."
    elif moved(percent, *clauses.monthly(finding, numbers)) in ("did not change", "hardly changed"):
        lead = f"{subject} hardly changed."
    else:
        lead = f"{subject} {verb(*clauses.monthly(finding, numbers))}."
    who = called.recorded_by
    if numbers.figures:
        text = f"{who} {before} before the programme and {after} after."
    else:
        spans = clauses.spans(finding, numbers)
        unit = f" {numbers.unit}" if numbers.unit else ""
        text = f"{who} {before}{unit} in the {spans[0]} before the programme and {after} in the {spans[1]} after."
    return Paragraph(lead, " ".join(part for part in (text, _natural(told)) if part))


def _natural(told: Told) -> str:
    """``That is 44 fewer, about 2 a month, but we cannot tell whether that differs from elsewhere.``"""
    finding, numbers = told.finding, told.numbers
    doubt = {
        "cannot_tell": ", but we cannot tell whether that differs from elsewhere",
        "too_few": ", but with numbers this small we cannot tell whether that differs from elsewhere",
        "cannot_be_compared": ", but we cannot compare that with elsewhere",
        "same": ", about the same as elsewhere",
    }.get(tone_of(finding), "")
    before, after = clauses.monthly(finding, numbers)
    difference = after - before
    word = "fewer" if difference < 0 else "more"
    if difference == 0:
        return ""
    if clauses.is_average(finding) or numbers.unit:
        size = number(abs(difference), 1) if numbers.unit else count(abs(difference))
        if finding.kind == "proportion":
            size += " percentage points"
        return f"That is {size} {'lower' if difference < 0 else 'higher'}{doubt}."
    if not clauses.equal_months(numbers):
        return f"That is about {number(abs(difference), 1)} {word} a month{doubt}."
    rate = abs(difference) / max(numbers.months[1], 1)
    about = f", about {number(rate)} a month" if rate >= 0.75 else ""
    if not about and rate * 12 >= 0.75 and numbers.months[1] > 12:
        about = f", about {number(rate * 12)} a year"
    return f"That is {count(abs(difference))} {word}{about}{doubt}."


def _beside(told: Told) -> list[Paragraph]:
    finding = told.finding
    compared = finding.comparison
    if compared is None or tone_of(finding) == "cannot_be_compared":
        why = clauses.reasons(finding)
        text = f"{upper_first(why)}." if why else "There is no fair set of places to set it beside."
        return [Paragraph("We cannot compare this with other places.", text)]
    return [_similar(told, compared), _doubt(told, compared)]


def _similar(told: Told, compared: Compared) -> Paragraph:
    finding, numbers = told.finding, told.numbers
    theirs = verb(compared.before_count, compared.after_count)
    small = moved(compared.change_percent, compared.before_count, compared.after_count)
    ours = verb(*clauses.monthly(finding, numbers))
    if small in ("did not change", "hardly changed"):
        lead = "Places like ours hardly changed."
    else:
        pair = clauses.comparatives(finding)
        much = pair[0] if theirs == "fell" else pair[1]
        lead = f"Places like ours saw {'less' if much == 'lower' else 'more' if much == 'higher' else much}"
        lead += " too." if ours == theirs else "."
    text = clauses.similar_changed(finding, compared, clauses.name(finding).plain)
    if not numbers.unit and tone_of(finding) in clauses.WITH_RATIO:
        about = number(compared.expected_after, 0 if compared.expected_after >= 10 else 1)
        text += f" Had we changed as they did, we would have had about {about}. We had {numbers.shown[1]}."
    return Paragraph(lead, text)


def _doubt(told: Told, compared: Compared) -> Paragraph:
    finding = told.finding
    found, plain = tone_of(finding), clauses.name(finding).plain
    if found == "cannot_tell":
        did = "this differs from them" if finding.better == "neither" else "we did better than them"
        lead = f"We cannot tell if {did}."
    elif found == "too_few":
        good = " – which is good –" if finding.better == "lower" else ","
        lead = f"The numbers are small{good} so we cannot tell."
    elif found == "same":
        lead = "We did about the same as places like ours."
    else:
        lead = f"{upper_first(plain)} {clauses.against(finding)} here than in places like ours."
    text = f"We tried {len(compared.areas)} made-up neighbourhoods where nothing was started. "
    if compared.placebo_at_least:
        text += f"In {compared.placebo_at_least} of them the gap was at least this unusual for its size."
    else:
        text += "In none of them was the gap as unusual for its size."
    end = clauses.closing(finding) if found in ("better", "worse", "different") else _dignity(told)
    return Paragraph(lead, f"{text} {end}".strip())


def _dignity(told: Told) -> str:
    """What the change means to people whatever the comparison says, for falls and rises alike."""
    finding, numbers = told.finding, told.numbers
    called = clauses.name(finding)
    if numbers.unit or clauses.is_average(finding) or finding.better != "lower":
        return ""
    difference = numbers.after - numbers.before
    if difference == 0 or not clauses.equal_months(numbers):
        return ""
    size, time = count(abs(difference)), span(numbers.months[1])
    if not called.plural:
        return f"{'A fall is still a fall' if difference < 0 else 'A rise is still a rise'}: people here live with it."
    if difference < 0:
        return f"A fall is still a fall: {size} fewer {called.plain} in {time} is real to the people spared."
    return f"A rise is still a rise: {size} more {called.plain} in {time} is real to the people concerned."


def _told(told: Told) -> str:
    finding, numbers = told.finding, told.numbers
    before, after = numbers.shown
    way = verb(*clauses.monthly(finding, numbers))
    called = clauses.name(finding)
    if not clauses.equal_months(numbers) and not numbers.unit and not clauses.is_average(finding):
        # A sum over more months may be larger and still have fallen: without the months the sentence would be absurd.
        spans = clauses.spans(finding, numbers)
        return f"{called.plain} {way} month for month, from {before} in {spans[0]} to {after} in {spans[1]}"
    return f"{called.plain} stayed at {after}" if before == after else f"{called.plain} {way} from {before} to {after}"


def _stood_out(findings: Sequence[Told]) -> Paragraph:
    parts = [
        upper_first(f"{_told(one)}: that {clauses.against(one.finding)} than in similar places.")
        for one in findings[:_MOST_LISTED]
    ]
    high = next((said for one in findings if (said := clauses.bad_year(one.finding))), "")
    text = " ".join([*parts, *([high] if high else []), "This does not prove why."])
    return Paragraph("Some things moved differently here than elsewhere.", text)


def _rest(findings: Sequence[Told]) -> Paragraph:
    shown = findings[:_MOST_LISTED]
    text = " ".join(upper_first(f"{_told(one)}.") for one in shown)
    if len(findings) > len(shown):
        text += f" The other {small_number(len(findings) - len(shown))} are listed below."
    if all(tone_of(one.finding) == "same" for one in findings):
        text += " They moved about as they did in similar places."
    else:
        one_only = len(findings) == 1
        text += f" For {'it' if one_only else 'most of these'} we cannot tell whether that differs from elsewhere."
    return Paragraph("What else we counted.", text)


def _nothing_to_compare(findings: Sequence[Finding], place: str) -> tuple[Paragraph, Paragraph]:
    why = [clauses.reasons(one) for one in findings if one.verdict == "Cannot be compared"]
    if why and why[0]:
        reason = f"{upper_first(why[0])}."
    elif any(clauses.pair(one) for one in findings):
        reason = "What can be counted so far is on the other pages."
    else:
        reason = "There is nothing loaded to count yet."
    return (
        Paragraph(f"We cannot yet say what changed in {place}.", reason),
        Paragraph(
            "What would help.",
            "Tell us when things began to feel different here, even roughly, and what people would like counted.",
        ),
    )


def _end(blanks: Sequence[Finding]) -> Paragraph:
    missing = [clauses.name(one).plain for one in blanks]
    text = f"We have no count we can use for {_listed(missing)}. " if missing else ""
    return Paragraph("What numbers cannot tell.", text + FIXED_LINE)


def _listed(names: Sequence[str]) -> str:
    """The names in one run; a name with a comma of its own would fall apart in it, and semicolons keep them whole."""
    shown, others = names[:_MOST_LISTED], len(names) - _MOST_LISTED
    if others > 0:
        shown = [*shown, f"{small_number(others)} more"]
    if any("," in one for one in shown):
        return "; ".join([*shown[:-1], f"and {shown[-1]}"]) if len(shown) > 1 else shown[0]
    return listed(shown)
