"""The page of the Beacon, 1995 to 1999."""

from __future__ import annotations

import re

from outputs.beacon_plan import beacon_plan
from outputs.words import FORBIDDEN
from store.beacon import read_beacon
from store.folder import Folder
from tests.views.pages import Open, drawn_well, table, texts, told


def test_every_claim_stands_with_all_its_cells(open_page: Open) -> None:
    app = drawn_well(open_page("beacon"))
    assert app.title[0].value == "The Beacon, 1995–1999"
    plan = beacon_plan(read_beacon())
    head, *rows = table(app, f"The numbers: {plan.title}")
    assert head == list(plan.table.header)
    assert rows == [list(row) for row in plan.table.rows]
    text = told(app)
    for row in plan.table.rows:
        assert str(row[0]) in texts(app, "subheader")
        for cell in row[1:]:
            assert str(cell) in text
    assert plan.sentence in text
    # Whole words: homes are "improved".
    assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text.lower())]


def test_the_chart_is_drawn_for_both_widths_with_its_words(open_page: Open) -> None:
    app = drawn_well(open_page("beacon"))
    alt = beacon_plan(read_beacon()).alt
    charts = [item.proto for item in app.get("plotly_chart")]
    assert [chart.alt for chart in charts].count(alt) == 2


def test_the_same_streets_today(open_page: Open) -> None:
    app = drawn_well(open_page("beacon"))
    text = told(app)
    assert "What today's open data show for the same streets" in text
    assert "it says nothing of April 1995 to July 1999" in text
    assert "Around us: the council, schools and surgeries" in text
    (link,) = [item.proto for item in app.get("page_link") if "Beacon and Old Hill" in item.proto.label]
    assert "beacon-falmouth" in link.query_string


def test_without_its_neighbourhood_file_the_rest_stands(own_folder: Folder, open_own_page: Open) -> None:
    (own_folder.areas / "beacon-falmouth.toml").unlink()
    text = told(drawn_well(open_own_page("beacon")))
    assert "is not in the data folder" in text
    assert "−78 %" in text
