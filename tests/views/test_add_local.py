"""Figures people count themselves: a template with the place's own name, and a check that keeps nothing."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from loaders.local_template import rows_file
from tests.loaders.local_files import VOLUNTEERS
from tests.views.pages import Open, bodies, drawn_well, told
from views import add_local

_CSV = "text/csv"


def _checked(open_page: Open, content: bytes) -> AppTest:
    app = open_page("add")
    app.file_uploader(key="add-figures").upload("<b>rows</b>.csv", content, _CSV)
    return drawn_well(next(button for button in app.run().button if button.key == "add-check").click().run())


def test_a_right_file_is_praised_and_not_kept(open_page: Open) -> None:
    content = rows_file([{**VOLUNTEERS, "area": "north-stonehouse"}], "csv")
    app = _checked(open_page, content)
    assert "One figure, and nothing is wrong with it. Nothing was kept" in app.success[0].value


def test_what_is_wrong_is_a_table_of_rows(open_page: Open) -> None:
    app = _checked(open_page, rows_file([{**VOLUNTEERS, "area": "<script>", "count": "many"}], "csv"))
    assert not app.success
    assert "these rows would be refused" in app.warning[0].value
    assert "What is wrong with the file" in bodies(app)
    assert '<th scope="row">row 2</th>' in bodies(app)
    assert "<script>" not in bodies(app)
    assert "many" not in told(app).split("What is wrong")[1]


@pytest.mark.parametrize("slug", ["our-street", "my-area"])
def test_the_template_names_the_place(slug: str) -> None:
    sheet = load_workbook(io.BytesIO(add_local._template(slug)))["Rows"]
    header, *rows = sheet.iter_rows(values_only=True)
    at = header.index("area")
    assert len(rows) > 5
    assert {row[at] for row in rows} == {slug}
