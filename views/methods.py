"""Data and methods: every source, what is missing, and how a verdict is reached, in words first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from outputs import calibration_tables as tables
from outputs import calibration_words as words
from outputs.markup import escape
from outputs.methods_words import HOW, LADDER
from outputs.table import Cell, Table
from store import holdings
from views import access, frame

_LOCAL = "local"


def show() -> None:
    """Draw the page."""
    with frame.page():
        st.title("Data and methods", anchor=False)
        frame.lead(
            "Every number here comes from a file, published or brought by people here, and can be traced to it. This page says "
            "which files, what is missing, and how we decide what can be said."
        )
        _how()
        _calibration()
        _coverage()
        _odd()
        _unlocated()
        _breaks()
        _files()
        _load_your_own()


def _table(rows: list[dict[str, Cell]], name: str, label: str) -> None:
    if rows:
        table = Table(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))
        frame.html(table.html(label))
        st.download_button(
            "Download (CSV)", table.csv().encode("utf-8-sig"), file_name=f"{name}.csv", mime="text/csv", key=f"csv-{name}",
            on_click="ignore",
        )  # fmt: skip


def _how() -> None:
    st.header("How we decide what can be said", anchor=False)
    for text in HOW:
        frame.quiet(text)
    rows = "".join(f'<tr><th scope="row">{escape(says)}</th><td>{escape(when)}</td></tr>' for says, when in LADDER)
    frame.html(
        '<table class="plain"><thead><tr><th scope="col">What the page says</th><th scope="col">When</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _calibration() -> None:
    """What was measured about the tool itself: words first, then tables, and openly where it does less well."""
    rows = access.calibration()
    said = words.in_words(rows)
    if not said:
        return
    st.header("How often we raise a false alarm", anchor=False)
    _told(said)
    _folded(
        "Every rule, ours and others', on the same made-up neighbourhoods", "false-alarms", tables.false_alarms(rows)
    )
    if found := words.found_in_words(rows):
        st.subheader("What falls we would find", anchor=False)
        _told(found)
        _folded("Falls found, by their size and by outcome", "falls-found", tables.falls_found(rows))
    if held := (*words.ranges_in_words(rows), *words.no_answer_in_words(rows)):
        st.subheader("How often the range holds the truth, and how often there is no answer", anchor=False)
        _told(held)
        _folded("False alarms, range and no answer, by outcome", "ranges-and-answers", tables.ranges_and_answers(rows))
    if weak := words.less_well(rows):
        st.subheader("Where the tool does less well", anchor=False)
        _told(weak)


def _told(said: Sequence[str]) -> None:
    for text in said:
        frame.quiet(text)


def _folded(name: str, key: str, table: Table) -> None:
    """A table behind its name, with its CSV."""
    with st.expander(name, key=f"no-print-{key}"):
        frame.html(table.html(name))
        st.download_button(
            "Download (CSV)", table.csv().encode("utf-8-sig"), file_name=f"{key}.csv", mime="text/csv", key=f"csv-{key}",
            on_click="ignore",
        )  # fmt: skip


def _coverage() -> None:
    st.header("What is loaded", anchor=False)
    rows = holdings.rows_of_coverage(access.store())
    _table(
        [
            {"Source": r.source, "Recorded by": r.authority, "What": r.measure, "From": r.first, "To": r.last,
             "Periods reported": r.reported, "Suspect": r.suspect, "Missing": r.absent, "Records without a place": r.unlocated}
            for r in rows
        ],
        "coverage",
        "What is loaded",
    )  # fmt: skip


def _odd() -> None:
    rows = holdings.odd_months(access.store())
    if not rows:
        return
    st.subheader("Months that are missing or look wrong", anchor=False)
    frame.quiet(
        "A missing month is never zero. A month far under its neighbours is suspect: it is shown, and kept out of every comparison."
    )
    _table(
        [{"Recorded by": r[1], "What": r[2], "Month": r[3], "State": r[0], "Why": r[4]} for r in rows],
        "missing-months",
        "Months that are missing or look wrong",
    )


def _unlocated() -> None:
    # Figures published for an area have no records that could lack a place.
    rows = [row for row in holdings.unlocated(access.store()) if row[3]]
    if not rows:
        return
    st.subheader("Records without a place", anchor=False)
    frame.quiet(
        "Some records say no place. They cannot be counted in any neighbourhood. These are the months that have any."
    )
    _table(
        [{"Recorded by": r[0], "Month": r[1], "With a place": r[2], "Without": r[3]} for r in rows],
        "records-without-a-place",
        "Records without a place",
    )


def _breaks() -> None:
    st.header("Breaks in the recording", anchor=False)
    rows = holdings.all_breaks(access.store())
    _table(
        [
            {
                "When": r[0] if r[0] == r[1] else f"{r[0]} to {r[1]}",
                "Concerns": r[2],
                "What happened": r[3],
                "How we know": r[4],
            }
            for r in rows
        ],
        "breaks",
        "Breaks in the recording",
    )


def _files() -> None:
    st.header("Sources and files", anchor=False)
    rows = holdings.loaded_files(access.store())
    loaded = {row[0] for row in rows}
    sources = holdings.sources(access.store())
    for source in sources:
        if source["title"] in loaded:
            _source(source)
    others = [source for source in sources if source["title"] not in loaded]
    with st.expander(f"{len(others)} more sources that can be loaded", key="no-print-sources"):
        for source in others:
            _source(source)
    _table(
        [
            {
                "Source": r[0],
                "File": r[1],
                "Edition": r[2],
                "Origin": r[3],
                "Rows": r[4],
                "Fingerprint (sha256)": r[5][:16],
            }
            for r in rows
        ],
        "files",
        "Files",
    )


def _source(source: Mapping[str, str]) -> None:
    evidence = (
        "Built on a real file."
        if source["format_evidence"] == "real file"
        else "Built to the publisher's documented header; no real file has been met yet."
    )
    if source["name"] == _LOCAL:
        evidence = ""  # the template is the project's own
    frame.html(
        f'<p class="quiet"><strong>{escape(source["title"])}</strong> – {escape(source["publisher"])}. {escape(source["geography"])}. '
        f"{escape(source['frequency'])}. {escape(source['licence'])}. {escape(source['attribution'])} {escape(evidence)}</p>"
    )


def _load_your_own() -> None:
    st.header("Load your own data", anchor=False)
    frame.quiet("On the machine that runs this page, with files from data.police.uk:")
    _commands(
        "python -m loaders import police_uk PATH-TO-FILES", "python -m loaders refresh all --area north-stonehouse"
    )
    frame.quiet("With what people here count or ask themselves: fill in the template, then bring it back.")
    _commands("python -m loaders template local --out rows.xlsx", "python -m loaders import local rows.xlsx")


def _commands(*lines: str) -> None:
    st.code("\n".join(lines), language="bash", wrap_lines=True)
