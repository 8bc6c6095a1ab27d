"""Parts that several pages show: verdict signs, the quarterly chart, the places compared."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from indicators import Finding, Studied
from outputs import at_a_glance as glance
from outputs.background import LINE, background_table, for_residents
from outputs.chart import SeriesPlan, map_html, series_figure
from outputs.chart_picture import series_picture
from outputs.chart_windows import Size
from outputs.map_svg import BOUNDARIES
from outputs.markup import escape
from outputs.plans import compared_words, map_plan, series_plan
from outputs.reply_words import replies_html, replies_to
from outputs.signs import img
from outputs.words import tone_of, verdict_words
from store.place import Place
from views import access, frame


def verdict(finding: Finding) -> None:
    """The sign and the words of a finding's verdict."""
    rose = finding.verdict.startswith("Rose")
    frame.html(
        f'<p class="verdict">{img(tone_of(finding), frame.theme(), rose)}<span>{escape(verdict_words(finding))}</span></p>'
    )


def replies(place: Place, finding: Finding) -> None:
    """What people here answer to a finding's number; nothing where nobody has."""
    if said := replies_html(replies_to(place.replies, finding.question.indicator)):
        frame.html(f'<p class="quiet">{said}</p>')


def at_a_glance(findings: list[Finding]) -> None:
    """How many findings have which verdict."""
    title, rows = glance.at_a_glance(findings)
    body = "".join(
        f'<tr><td>{img(tone, frame.theme())}</td><th scope="row">{escape(words)}</th><td>{number or "none"}</td></tr>'
        for tone, words, number in rows
    )
    frame.html(
        f'<div class="rule"><strong>{escape(title)}</strong><table class="at-a-glance">{body}</table>'
        f'<p class="quiet">{escape(glance.SIGN)}</p></div>'
    )


def main_chart(studied: Studied, place: Place, key: str) -> None:
    """The large chart with its sentence, numbers and source; a still picture on a phone. Without a figure that may be
    shown, why there is none.
    """

    def draw(plan: SeriesPlan) -> None:
        living = series_figure(plan, theme=frame.theme())
        frame.living_and_still(key, plan, living, series_picture(plan, theme=frame.theme(), size="phone"))

    _main(studied, place, key, draw)


def main_picture(studied: Studied, place: Place, key: str) -> None:
    """The same as a still picture: it is there at once, also on a phone."""
    _main(
        studied, place, key, lambda plan: frame.html(_picture(plan, "wide", "main") + _picture(plan, "narrow", "phone"))
    )


def _main(studied: Studied, place: Place, key: str, draw: Callable[[SeriesPlan], None]) -> None:
    if studied.series is None:
        return
    finding = studied.finding
    plan = series_plan(finding, studied.series, place, access.breaks_of(finding))
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    if not plan.is_empty:
        draw(plan)
    frame.sources([finding])
    if not plan.is_empty:
        frame.numbers(plan, f"{finding.question.area}-{finding.question.indicator}-series", key)


def _picture(plan: SeriesPlan, where: str, size: Size) -> str:
    """A still picture for wide pages or for phones."""
    return f'<div class="{where}">{series_picture(plan, theme=frame.theme(), size=size)}</div>'


def small_picture(studied: Studied, place: Place) -> None:
    """A small multiple; a phone shows the sentence and the verdict only."""
    if studied.series is None:
        return
    plan = series_plan(studied.finding, studied.series, place, access.breaks_of(studied.finding))
    if not plan.is_empty:
        small_multiple(plan)


def small_multiple(plan: SeriesPlan) -> None:
    """A still picture, since a page holds many; left out on a phone."""
    frame.html(_picture(plan, "wide", "small"))


def compared_map(finding: Finding, place: Place, key: str) -> None:
    """Who the place is compared with, as a map with words."""
    if finding.comparison is None:
        return
    st.header("Who we compare with", anchor=False)
    council, outlines, names = access.surroundings(finding)
    plan = map_plan(finding, place, outlines, names)
    frame.quiet(compared_words(finding))
    frame.html(map_html(plan, theme=frame.theme()))
    elsewhere = sum(len(codes) for codes, _ in finding.comparison.areas) - plan.number("similar")
    beyond = (
        f" The map shows {council}; {elsewhere} more small areas of similar places lie elsewhere." if elsewhere else ""
    )
    frame.html(f'<p class="source">{BOUNDARIES}{escape(beyond)}</p>')
    frame.numbers(plan, f"{finding.question.area}-{finding.question.indicator}-places", key)


def background(place: Place, key: str, *, residents: bool = False) -> None:
    """What is known for the council, the schools and the surgeries around the place; nothing where nothing is held.

    On the ``residents`` page without what is sensitive, which the board has.
    """
    held = access.background(place)
    studied = for_residents(held) if residents else held
    if not studied:
        return
    # On paper the table stays folded, so the heading would stand over nothing.
    with st.container(key=f"no-print-around-{key}"):
        st.header("Around us: the council, schools and surgeries", anchor=False)
        frame.quiet(f"{LINE} The board page has more of them." if len(studied) < len(held) else LINE)
        table = background_table(studied)
        with st.expander(f"Show {len(studied)} outcomes", key=f"no-print-background-{key}"):
            frame.html(table.html("Outcomes measured around the neighbourhood"))
            st.download_button(
                "Download this table (CSV)", table.csv().encode("utf-8-sig"), file_name=f"{place.slug}-around.csv",
                mime="text/csv", on_click="ignore", key=f"background-csv-{key}",
            )  # fmt: skip
            frame.sources([item.finding for item in studied])
