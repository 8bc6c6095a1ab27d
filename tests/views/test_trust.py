"""What comes from files is shown as text, what is missing is called missing, and what is wrong is said in a sentence."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from loaders.importing import ensure_database
from store.folder import Folder
from tests.views.pages import PAGES, Open, bodies, drawn_well, open_page, pictures, refused, table, texts, told

_HOSTILE = """schema = 1
name = "<script>alert('name')</script> & <b>Sons</b>"
town = "<img src=x onerror=alert('town')>"
summary = "<iframe src='javascript:alert(1)'></iframe>"

[place]
small_areas = ["E01015153", "E01015155"]
drawn_by = "<svg onload=alert('drawn')>"
consulted = "<i>yes</i>"

[project]
start = "2020-08"
prior_evaluation = "<script>alert('evaluation')</script>"

[study]
before = "2018-08:2020-07"
after = "2021-04:2023-03"
chosen_beforehand = ["burglary"]

[[milestone]]
on = "2020-08"
text = "<script>alert('milestone')</script> ![picture](https://example.org/seen.png) [link](https://example.org)"

[[story]]
text = "<script>alert('story')</script>"
said_by = "<b onmouseover=alert('said')>Ann</b>"
consent = "written, 2026"

[[reply]]
indicator = "burglary"
text = "<script>alert('reply')</script> ![picture](https://example.org/seen.png)"
said_by = "<b onmouseover=alert('said')>Ann</b>"
consent = "written, 2026"
on = "2026-11"
"""


@pytest.mark.parametrize("page", PAGES)
def test_markup_in_a_neighbourhood_file_is_shown_as_text(own_folder: Folder, open_own_page: Open, page: str) -> None:
    (own_folder.areas / "hostile.toml").write_text(_HOSTILE, encoding="utf-8")
    app = drawn_well(open_own_page(page, area="hostile"))
    html = bodies(app) + pictures(app)
    for tag in ("<script", "<iframe", "<svg onload", "<img src=x", "<b onmouseover", "<b>Sons", "<i>yes"):
        assert tag not in html
    if page == "your-area":
        for told_as_text in ("alert(&#x27;story&#x27;)", "onmouseover=alert(", "&lt;i&gt;yes", "&lt;img src=x"):
            assert told_as_text in html


@pytest.mark.parametrize("page", ["your-area", "explore", "across"])
def test_markdown_in_a_neighbourhood_file_fetches_nothing(own_folder: Folder, open_own_page: Open, page: str) -> None:
    text = _HOSTILE.replace("<script>alert('name')</script>", "![name](https://example.org/name.png)")
    (own_folder.areas / "hostile.toml").write_text(text, encoding="utf-8")
    app = drawn_well(open_own_page(page, area="hostile"))
    markdown = texts(app, "title", "header", "subheader", "markdown", "table")
    markdown += [item.proto.label for item in app.get("page_link")]
    assert any("example.org" in text for text in markdown)
    # An unescaped opening bracket is what starts a link or a picture.
    assert not [text for text in markdown if re.search(r"(?<!\\)\[", text)]


def test_a_missing_month_is_missing_and_not_zero(own_folder: Folder, open_own_page: Open) -> None:
    stamp = own_folder.stamp()
    assert stamp is not None
    # The copy's database is a second name of the shared one, so it is copied before a month is taken out.
    changed = own_folder.outcomes / f"outcomes-without-a-month-{stamp}"
    shutil.copyfile(own_folder.outcomes / stamp, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "UPDATE coverage SET state = 'absent', reason = 'taken out' WHERE period_start = DATE '2019-03-01' "
            "AND measure_id = (SELECT measure_id FROM measure WHERE name LIKE '%burglary')"
        )
        connection.execute(
            "DELETE FROM observation WHERE period_start = DATE '2019-03-01' "
            "AND measure_id = (SELECT measure_id FROM measure WHERE name LIKE '%burglary')"
        )
    own_folder.pointer.write_text(changed.name, encoding="ascii")
    app = drawn_well(open_own_page("explore", area="north-stonehouse", indicator="burglary"))
    assert "Missing and not counted as zero: 1 of the 24 months before" in told(app)
    _, *quarters = table(app, "The numbers: Break-ins, every three months")
    spoiled = [cells for cells in quarters if cells[0] == "February to April 2019"]
    assert [cells[1] for cells in spoiled] == [""]
    assert all(cells[1].isdecimal() for cells in quarters if cells not in spoiled)
    methods = told(drawn_well(open_own_page("methods")))
    assert "2019-03" in methods
    assert "taken out" in methods


def test_without_a_database_the_sample_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "new"))
    app = drawn_well(open_page("methods"))
    folder = Folder(tmp_path / "new")
    assert folder.stamp() is not None
    assert "This is a sample." in told(app)
    assert not ensure_database(folder)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "The file is not valid TOML"),
        (_HOSTILE.replace("small_areas", "small_aeras"), "Did you mean “small_areas”?"),
        (_HOSTILE.replace('"2020-08"', '"August"', 1), "a month written as YYYY-MM, in quotes"),
    ],
    ids=["not TOML", "unknown key", "bad month"],
)
def test_a_broken_neighbourhood_file_is_named_in_one_sentence(
    own_folder: Folder, open_own_page: Open, page: str, text: str, says: str
) -> None:
    (own_folder.areas / "broken.toml").write_text(text, encoding="utf-8")
    message = refused(open_own_page(page))
    assert says in message
    assert "broken.toml" in message


def test_a_database_of_another_version_is_said_in_one_sentence(own_folder: Folder, open_own_page: Open) -> None:
    own_folder.pointer.write_text("gone.duckdb", encoding="ascii")
    assert "python3 run.py setup" in refused(open_own_page())
