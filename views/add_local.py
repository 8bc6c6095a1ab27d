"""Figures that people here count or ask for: the template to fill in, and a look at it before anybody imports it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from outputs.table import Table
from outputs.words import small_number
from store.errors import OutcomesError
from views import access, drawing, drawn_access, frame

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEGABYTES = 5


def show() -> None:
    """The template, and the check of a filled-in one; nothing of it is kept."""
    frame.quiet(
        "Nobody publishes hope, belonging or how many new mothers feel low. If people here count or ask, fill in the "
        "template: a row a figure, never a row a person. Small numbers are hidden wherever they would be shown."
    )
    slug = _slug()
    with st.container(horizontal=True):
        st.download_button(
            "Download the template", data=lambda: _template(slug), file_name=f"{slug}-figures.xlsx", mime=_TYPE,
            on_click="ignore", key="add-template",
        )  # fmt: skip
    uploaded = st.file_uploader(
        "A filled-in template to check (.xlsx or CSV)", type=["xlsx", "csv"], key="add-figures",
        max_upload_size=_MEGABYTES,
    )  # fmt: skip
    if uploaded is not None and st.button("Check this file", key="add-check"):
        _check(uploaded.getvalue(), slug)


def _slug() -> str:
    """What the area file will be called once it is published."""
    try:
        return drawing.place_of(drawing.current()).slug.removeprefix("draft-")
    except OutcomesError:
        return "my-area"


def _template(slug: str) -> bytes:
    from loaders.local_template import rows_file, template_rows

    return rows_file([{**row, "area": slug} for row in template_rows(None)], "xlsx")


def _check(content: bytes, slug: str) -> None:
    checked = drawn_access.checked_figures(content, [slug, *access.places()])
    if not checked.problems:
        many = checked.figures != 1
        st.success(
            f"{small_number(checked.figures).capitalize()} figure{'s' if many else ''}, and nothing is wrong with "
            f"{'them' if many else 'it'}. Nothing was kept: send the file to whoever runs this page, with your area’s file."
        )
        return
    st.warning("Not yet: these rows would be refused. Nothing was kept.")
    rows = tuple((_rows(one.rows), one.column or "", one.message, one.do) for one in checked.problems)
    frame.html(Table(("Where", "Column", "What is wrong", "What to do"), rows).html("What is wrong with the file"))


def _rows(numbers: Sequence[int]) -> str:
    if not numbers:
        return "the whole file"
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
