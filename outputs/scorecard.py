"""The board's table: one row an outcome, what happened, beside what, how sure, what next."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.finding import Finding
from outputs import clauses, levels, signs, whose
from outputs.board_words import next_step
from outputs.difference_axis import Axis, axis
from outputs.look import FONT, Theme, palette
from outputs.markup import escape, image
from outputs.range_marks import Strip, range_marks, upright
from outputs.reply_words import replies_html, replies_to
from outputs.sensitivity_plan import main_row
from outputs.table import Table
from outputs.words import count, is_aim, moved, number, range_words, ratio_words, tone_colour, tone_of, verdict_words
from store.place import Reply

_WIDTH, _HEIGHT = 240, 44
_ON_PAPER = 190  # pixels
_ONE_LINE = 24  # letters
_HERE = "in your neighbourhood"
HOW_TO_READ = (
    "The dot is the best estimate and the line is where the true difference could be (95 in 100). The upright is the same "
    "change as in similar places; the shaded zone is within 15 %. A dotted line means too few events: only the counts and "
    "the range are worth reading."
)
_ORDER = ("worse", "better", "different", "same", "cannot_tell", "too_few", "cannot_be_compared", "not_loaded")
_HEAD = ("Outcome", "What happened", "Similar places", "Difference from similar places", "How sure", "What next")


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Exceptions first, then by strength of evidence; nothing is left out."""

    def strength(finding: Finding) -> tuple[int, float]:
        place = _ORDER.index(tone_of(finding))
        # Cannot tell and too few stand in one run: what orders them is how unusual the gap is.
        return min(place, 4) if place < 6 else place, finding.comparison.headline.p if finding.comparison else 2.0

    return tuple(sorted(findings, key=strength))


def shared_axis(findings: Sequence[Finding]) -> Axis:
    """One axis for every row, wide enough for every range; each row turns it so that right is better."""
    reach: list[float | None] = []
    for finding in findings:
        row = main_row(finding)
        for limit in (row.lower, row.upper):
            if limit is not None:
                reach += [limit, 1 / limit if limit > 0 else None]
    return axis(reach, "lower")


def range_svg(finding: Finding, along: Axis, theme: Theme = "light") -> str:
    """The range of one row, ``along`` shared by all rows but turned to the finding's own direction."""
    own = Axis(finding.better, along.left, along.right)
    strip = Strip(lambda ratio: own.share(ratio) * (_WIDTH - 16) + 8, str(_HEIGHT), palette(theme))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}">{upright(strip)}{range_marks(main_row(finding), strip, _HEIGHT / 2)}</svg>'
    )


def range_alt(finding: Finding) -> str:
    """The range in words; with too few events the best estimate is left out."""
    row = main_row(finding)
    if row.ratio is None or row.lower is None or row.upper is None:
        return row.reason
    pair = clauses.comparatives(finding)
    limits = range_words(row.lower, row.upper, pair)
    return limits if row.tone == "too_few" else f"{ratio_words(row.ratio, pair)}, {limits}"


def _happened(finding: Finding) -> tuple[str, str]:
    numbers = clauses.pair(finding)
    if finding.verdict == "Not loaded":
        return "no data loaded", ""
    if numbers is None:
        if finding.before is None:
            return "no before and after", ""
        return levels.TOO_SMALL_TO_SHOW if levels.is_hidden(finding) else "not known", ""
    before, after = numbers.shown
    if numbers.figures:
        return f"{before} to {after}", clauses.how_moved(finding, numbers)
    unit = f" {numbers.unit}" if numbers.unit else ""
    how = moved(finding.change_percent, *clauses.monthly(finding, numbers))
    return f"{before} to {after}{unit}", how + _unequal(finding)


def _unequal(finding: Finding) -> str:
    """`` month for month (23 and 24 months)`` where a sum's two windows do not use the same number of months."""
    numbers = clauses.pair(finding)
    if numbers is None or clauses.equal_months(numbers) or clauses.is_average(finding):
        return ""
    return f" month for month ({numbers.months[0]} and {numbers.months[1]} months)"


def _similar(finding: Finding) -> tuple[str, str]:
    compared = finding.comparison
    if compared is None:
        return ("", "")
    numbers = clauses.pair(finding)
    if numbers is not None and numbers.figures:
        before, after = (levels.figure(finding, value) for value in (compared.before_count, compared.after_count))
        return clauses.similar_moved(finding, compared), f"{before} to {after}"
    return clauses.similar_moved(finding, compared) + _unequal(
        finding
    ), f"{count(compared.before_count)} to {count(compared.after_count)}"


def _rank(finding: Finding) -> str:
    compared = finding.comparison
    if compared is None or tone_of(finding) in ("cannot_be_compared", "not_loaded"):
        return ""
    return f"{number(compared.placebo_at_least)} of {len(compared.areas)} places"


def scorecard_table(findings: Sequence[Finding]) -> Table:
    """The same as plain rows, for “Show the numbers” and for CSV."""
    rows = []
    for finding in in_order(findings):
        happened, similar = _happened(finding), _similar(finding)
        chosen = "yes" if is_aim(finding) else "no"
        rows.append(
            (
                finding.title,
                chosen,
                ", ".join(part for part in happened if part),
                ", ".join(part for part in similar if part),
                range_alt(finding),
                verdict_words(finding),
                _rank(finding),
                next_step(finding),
            )
        )
    header = ("Outcome", "Chosen beforehand", *_HEAD[1:5], "Gap at least as unusual", "What next")
    return Table(header, tuple(rows))


def scorecard_html(
    findings: Sequence[Finding], *, caption: str, theme: Theme = "light", replies: Sequence[Reply] = ()
) -> str:
    """The board's table as HTML: real headers, a caption, ranges as pictures with words, all text escaped.

    Under the row of an outcome stands what people here answer to it.
    """
    colours, ordered = palette(theme), in_order(findings)
    along = shared_axis(ordered)
    numbers = {len(one.comparison.areas) for one in ordered if one.comparison}
    similar = f"{numbers.pop()} similar places" if len(numbers) == 1 else _HEAD[2]
    names = (*_HEAD[:2], similar, *_HEAD[3:])
    head = "".join(f'<th scope="col">{_head(text, colours)}</th>' for text in names)
    body = "".join(
        _row(finding, along, theme, colours, replies_html(replies_to(replies, finding.question.indicator)))
        for finding in ordered
    )
    return (
        f"{_css(colours)}"
        f'<div class="scorecard" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(text: str, colours: dict[str, str]) -> str:
    if text == _HEAD[3]:
        return (
            f'{escape(text)}<span class="ends"><b style="color:{colours["orange"]}">Worse</b>'
            f'<b style="color:{colours["blue"]}">Better</b></span>'
        )
    notes = {"How sure": "places with no programme where the gap was at least as unusual", "What next": "to discuss"}
    note = f'<span class="note">{escape(notes[text])}</span>' if text in notes else ""
    return escape(text) + note


def _row(finding: Finding, along: Axis, theme: Theme, colours: dict[str, str], answers: str) -> str:
    found = tone_of(finding)
    happened, similar = _happened(finding), _similar(finding)
    aim = ' <span class="aim">aim</span>' if is_aim(finding) else ""
    if main_row(finding).ratio is None:
        picture = f'<span class="note">{escape(main_row(finding).reason)}</span>'
    else:
        picture = image(range_svg(finding, along, theme), range_alt(finding), _WIDTH, _HEIGHT)
        if finding.better == "neither":
            picture += '<span class="note">left is less, right is more</span>'
    rose = finding.verdict == "Rose more than in similar places"
    verdict = f'<b style="color:{colours[tone_colour(found)]}">{escape(verdict_words(finding))}</b>'
    # Two counts stay on one line; shares with the counts behind them are too long for it.
    whole = ' class="whole"' if len(happened[0]) <= _ONE_LINE else ""
    cells = (
        f"<b{whole}>{escape(happened[0])}</b>{_second(happened[1])}",
        f'{escape(similar[0])}<span class="whole">{_second(similar[1])}</span>' if similar[0] else "",
        picture,
        f'<div class="sure">{signs.img(found, theme, rose)}<div>{verdict}{_second(_rank(finding))}</div></div>',
        escape(next_step(finding)),
    )
    around = "" if whose.where(finding) == _HERE else _second(whose.where(finding))
    answered, below = "", ""
    if answers:
        answered = ' class="answered"'
        below = f'<tr class="answers"><td colspan="{len(_HEAD)}"><div>{answers}</div></td></tr>'
    return (
        f'<tr{answered}><th scope="row">{escape(finding.title)}{aim}{around}</th>'
        + "".join(f'<td data-label="{escape(label)}">{one}</td>' for label, one in zip(_HEAD[1:], cells, strict=True))
        + f"</tr>{below}"
    )


def _second(text: str) -> str:
    return f'<span class="note">{escape(text)}</span>' if text else ""


def _css(colours: dict[str, str]) -> str:
    """One style block, every rule inside ``.scorecard``, every value from the palette."""
    ink, hair, muted = colours["ink"], colours["hair"], colours["muted"]
    return (
        "<style>"
        f".scorecard{{overflow-x:auto;font-family:{FONT};color:{ink};font-size:16px;line-height:1.4}}"
        ".scorecard table{border-collapse:collapse;width:100%;min-width:980px;font-variant-numeric:tabular-nums}"
        f".scorecard caption{{text-align:left;color:{muted};padding:0 0 12px}}"
        ".scorecard thead th:nth-child(5){width:17%}.scorecard thead th:nth-child(6){width:15%}"
        f".scorecard thead th{{border-bottom:2px solid {ink};vertical-align:bottom}}"
        ".scorecard th,.scorecard td{text-align:left;padding:8px 16px 8px 0;font-weight:400;border:0}"
        ".scorecard td,.scorecard tbody th{vertical-align:middle}"
        ".scorecard tbody .answered{border-bottom:0}.scorecard .answers td{padding-top:0}.scorecard .answers div{max-width:44em}"
        ".scorecard th{font-weight:600}"
        f".scorecard tbody tr{{border-bottom:1px solid {hair}}}"
        ".scorecard b{font-weight:600}.scorecard img{display:inline-block;max-width:none}"
        f".scorecard .note{{display:block;color:{muted};font-weight:400}}"
        ".scorecard .whole{white-space:nowrap}.scorecard .sure{display:flex;gap:12px;align-items:flex-start}"
        ".scorecard .sure img{flex:none;margin-top:2px}"
        f".scorecard .ends{{display:flex;justify-content:space-between;width:{_WIDTH}px}}"
        f".scorecard .aim{{border:1px solid {colours['edge']};border-radius:4px;padding:0 4px;font-weight:400}}"
        "@media (max-width:640px){"
        ".scorecard table{min-width:0}.scorecard thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}"
        ".scorecard tr,.scorecard td,.scorecard tbody th{display:block;padding:0 0 6px}"
        ".scorecard tbody tr{padding:14px 0 10px}.scorecard tbody th{font-size:19px}.scorecard tbody .answers{padding-top:0}"
        f".scorecard td::before{{content:attr(data-label);display:block;color:{muted};font-size:14px}}"
        ".scorecard td:empty{display:none}.scorecard .whole{white-space:normal}.scorecard img{max-width:100%}}"
        ".scorecard th .note{font-size:16px}"
        # A sheet lies on its side, and every column has to be on it: on paper nothing can be scrolled.
        "@media print{@page{size:A4 landscape;margin:10mm}"
        ".scorecard{overflow:visible;font-size:13px}.scorecard table{min-width:0}.scorecard th .note{font-size:13px}"
        ".scorecard th,.scorecard td{padding:4px 10px 4px 0}.scorecard tr{break-inside:avoid}.scorecard .answers{break-before:avoid}.scorecard .answers div{max-width:none}"
        f".scorecard td>img,.scorecard .ends{{width:{_ON_PAPER}px;height:auto}}}}"
        f".scorecard :focus-visible,.scorecard:focus-visible{{outline:3px solid {ink};outline-offset:2px}}"
        "</style>"
    )
