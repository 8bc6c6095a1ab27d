"""What every page shares: the frame, the choice of place, charts with their words, numbers and sources."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from indicators import Finding
from outputs.contact import contact_line
from outputs.look import Theme, config, palette
from outputs.markup import escape, kept_together, unmarked
from outputs.opening import sample_html
from outputs.place_words import titled
from outputs.source_words import source_lines
from outputs.table import Table
from outputs.words import USE
from store.errors import OutcomesError
from store.place import Place
from views import access

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

WIDTH = 1080
# Streamlit adds no landmark for the page's own text sizes; these few rules are the whole of our style sheet.
_STYLE = """<style>
@media (max-width: 640px) {{ [class*="st-key-phone-hidden"], [class*="st-key-wide-"], .wide {{ display: none; }} }}
@media (min-width: 641px) {{ [class*="st-key-narrow-"], .narrow {{ display: none; }} }}
@media print {{ [data-testid="stHeader"], [data-testid="stToolbar"], [class*="st-key-controls"], [class*="st-key-no-print"]
  {{ display: none !important; }}
  [data-testid="stMainBlockContainer"] {{ padding: 0 !important; }} [data-testid="stHeading"] h1 {{ font-size: 26px !important; }}
  [data-testid="stHeading"] h2 {{ font-size: 20px !important; padding-top: 8px; }} p.quiet, div.panel {{ font-size: 14px; }} }}
p.lead {{ font-size: 22px; line-height: 1.45; max-width: 33em; margin: 0 0 8px; }}
[data-testid="stHeading"] h1 {{ padding: 4px 0 8px; }} [data-testid="stHeading"] h2 {{ padding: 28px 0 0; }}
[data-testid="stHeading"] h3 {{ padding: 8px 0 0; }}
@media (max-width: 640px) {{ p.lead {{ font-size: 19px; }} h1 {{ font-size: 32px !important; }} }}
.rule {{ border-top: 3px solid {ink}; padding-top: 12px; }}
.at-a-glance {{ width: 100%; border-collapse: collapse; font-size: 16px; }}
.at-a-glance td, .at-a-glance th {{ border-bottom: 1px solid {hair}; padding: 9px 4px; text-align: left; font-weight: 400; }}
.at-a-glance td:last-child {{ text-align: right; font-weight: 700; }}
.plain {{ width: 100%; border-collapse: collapse; font-size: 16px; }}
.plain td, .plain th {{ border-bottom: 1px solid {hair}; padding: 10px 12px 10px 0; text-align: left; vertical-align: top; }}
.plain th {{ font-weight: 600; }}
@media (min-width: 641px) {{ .plain td {{ overflow-wrap: anywhere; }} }}
@media (max-width: 640px) {{ .cards thead {{ position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }}
  .cards tr, .cards td, .cards tbody th {{ display: block; border: 0; padding: 0 0 6px; }}
  .cards tbody tr {{ border-bottom: 1px solid {hair}; padding: 12px 0 8px; }}
  .cards td {{ overflow-wrap: anywhere; }}
  .cards td::before {{ content: attr(data-label); display: block; color: {muted}; font-size: 14px; }} .cards td:empty {{ display: none; }}
  [data-testid="stPageLink"] * {{ white-space: normal !important; }} }}
.scrolled {{ overflow: auto; font-variant-numeric: tabular-nums; }}
.scrolled:has(tbody tr:nth-child(16)) {{ max-height: 32rem; }}
.scrolled:focus-visible {{ outline: 3px solid {ink}; outline-offset: 2px; }}
[data-testid="stMain"]:focus-visible {{ outline: 3px solid {ink} !important; outline-offset: -3px; }}
@media print {{ .scrolled {{ max-height: none !important; overflow: visible; }} }}
[data-testid="stMultiSelect"] [data-tag] {{ background: {bg}; border: 1px solid {edge}; }}
[data-testid="stMultiSelect"] [data-tag] * {{ color: {ink}; }}
[data-testid="stBaseButton-primary"] * {{ color: {bg}; }}
.panel {{ background: {bg2}; padding: 20px 24px; border-radius: 4px; font-size: 16px; }}
.verdict {{ font-size: 16px; font-weight: 600; display: flex; gap: 10px; align-items: center; margin: 0 0 6px; }}
.quiet {{ color: {muted}; font-size: 16px; line-height: 1.45; margin: 0; max-width: 44em; }}
.source {{ color: {muted}; font-size: 14px; line-height: 1.45; margin: 0; }}
</style>"""


class Plan(Protocol):
    """What any chart plan offers besides its picture."""

    @property
    def title(self) -> str:
        """What the picture is called."""
        ...

    @property
    def alt(self) -> str:
        """What the picture shows, for people who do not see it."""
        ...

    @property
    def table(self) -> Table:
        """Every number drawn."""
        ...

    def csv(self) -> str:
        """The table as CSV text."""
        ...


def theme() -> Theme:
    """Light or dark, as the visitor's browser has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


@contextlib.contextmanager
def page() -> Iterator[None]:
    """A centred column of at most 1080 pixels, with the project's few styles."""
    st.html(_STYLE.format(**palette(theme())))
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH, gap="small"):
        if access.store().is_sample():
            html(sample_html())
        yield
        footer()


def html(body: str) -> None:
    """A piece of the project's own HTML; everything from outside is escaped before it gets here."""
    st.html(kept_together(body))


def title(text: str) -> None:
    """The page's one main heading; plain, also where a neighbourhood's name holds signs of Markdown."""
    st.title(unmarked(text), anchor=False)


def problem(error: OutcomesError) -> None:
    """What is wrong and what to do, in place of the rest of a page."""
    st.error(unmarked(error))


def lead(text: str) -> None:
    """One paragraph in the size of a story; ``text`` is HTML."""
    html(f'<p class="lead">{text}</p>')


def linked_choice(label: str, options: Mapping[str, str], key: str, help_text: str | None = None) -> str:
    """A choice among ``options`` (value in the link → words on screen) that lives in the link and survives a change of page.

    The first option is the default and leaves the link clean; a value in the link that is none of the options is
    ignored. Streamlit's own binding would put the words, not the value, into the link.
    """
    state, default = st.session_state, next(iter(options))
    asked = st.query_params.get(key)
    wanted = (
        asked if asked != state.get(f"linked-{key}") else None, state.get(f"choice-{key}"), state.get(f"kept-{key}"), default
    )  # fmt: skip
    # Assigned at every run: a choice of the same key on another page is another widget, and would start at its default.
    state[f"choice-{key}"] = next(value for value in wanted if value in options)
    choice = st.selectbox(label, list(options), format_func=options.__getitem__, key=f"choice-{key}", help=help_text)
    chosen = choice if choice in options else default
    state[f"kept-{key}"] = chosen
    if chosen != default:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
    state[f"linked-{key}"] = st.query_params.get(key)
    return chosen


def linked_several(label: str, options: Mapping[str, str], key: str, help_text: str | None = None) -> tuple[str, ...]:
    """Any number of ``options`` (value in the link → words on screen), in their order, kept in the link with commas.

    Nothing chosen leaves the link clean; values in the link that are none of the options are ignored.
    """
    state = st.session_state
    asked = st.query_params.get(key)
    fresh = asked is not None and asked != state.get(f"linked-{key}")
    wanted = asked.split(",") if asked and fresh else state.get(f"choice-{key}", state.get(f"kept-{key}", ()))
    state[f"choice-{key}"] = [value for value in options if value in wanted]
    picked = st.multiselect(label, list(options), format_func=options.__getitem__, key=f"choice-{key}", help=help_text)
    chosen = tuple(value for value in options if value in picked)
    state[f"kept-{key}"] = chosen
    if chosen:
        st.query_params[key] = ",".join(chosen)
    elif key in st.query_params:
        del st.query_params[key]
    state[f"linked-{key}"] = st.query_params.get(key)
    return chosen


def open_place(slug: str) -> None:
    """Show this place from the next choice of a place on; called before that choice is drawn."""
    st.query_params["area"] = slug
    # The link now asks for it, and nothing may remember that it had asked for another.
    st.session_state.pop("linked-area", None)


def choose_place() -> Place:
    """The place of this view, chosen by name and town, kept in the link as ``area``."""
    found = access.places()
    with st.container(key="controls-place"):
        own = access.draft()
        words = {
            slug: titled(place) + (" (your draft)" if own is not None and slug == own.slug else "")
            for slug, place in found.items()
        }
        _lost_draft(st.query_params.get("area"), words)
        return found[linked_choice("Place", words, "area", "Type to search by name or town.")]


def _lost_draft(asked: str | None, known: Mapping[str, str]) -> None:
    if asked and asked.startswith("draft-") and asked not in known:
        st.info(
            "This link leads to a draft. A draft lives only in the browser window it was drawn in. Whoever drew it can "
            "download its file and send you that: it opens on the page Add your area."
        )


def numbers(plan: Plan, name: str, key: str) -> None:
    """The table and the CSV behind a chart."""
    table = plan.table
    with st.expander("Show the numbers", key=f"no-print-{key}"):
        html(table.html(f"The numbers: {plan.title}"))
        st.download_button(
            "Download these numbers (CSV)", plan.csv().encode("utf-8-sig"), file_name=f"{name}.csv", mime="text/csv",
            key=f"csv-{key}", on_click="ignore",
        )  # fmt: skip


def chart(figure: Figure, plan: Plan, key: str) -> None:
    """A Plotly figure with its alternative text."""
    st.plotly_chart(figure, theme=None, config=config(), key=f"chart-{key}", alt=plan.alt)


def wide_and_narrow(key: str, plan: Plan, draw: Callable[[bool], Figure]) -> None:
    """A chart drawn twice, for a wide page and for a phone; the style sheet shows one of them."""
    for phone, where in ((False, "wide"), (True, "narrow")):
        with st.container(key=f"{where}-{key}"):
            chart(draw(phone), plan, f"{where}-{key}")


def living_and_still(key: str, plan: Plan, living: Figure, still: str) -> None:
    """A living chart for a wide page, and for a phone the same as a still picture (HTML)."""
    with st.container(key=f"wide-{key}"):
        chart(living, plan, f"wide-{key}")
    html(f'<div class="narrow">{still}</div>')


def sources(findings: Sequence[Finding]) -> None:
    """Publisher, licence, how far the data go and when they were fetched, under a chart."""
    lines = [escape(line) for line in source_lines(findings)]
    if lines:
        html(f'<p class="source">{"Source" if len(lines) == 1 else "Sources"}: {"<br>".join(lines)}</p>')


def footer() -> None:
    """Who made this, and how to question it."""
    html(
        '<div class="panel"><strong>Who made this, and how to question it</strong><br>Counts come from public records. The '
        f"same sums are run for every place, and anybody can run them again. {escape(USE)} "
        f"{escape(contact_line('Tell the people who run this page'))}</div>"
    )


def quiet(text: str) -> None:
    """Secondary text; plain, escaped here."""
    html(f'<p class="quiet">{escape(text)}</p>')
