"""How answers spread is on Explore, where the host keeps a scan with the same windows, and on no other page."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from indicators.questions import question_of
from store.database import open_store
from store.folder import Folder
from tests.views.pages import TODAY, drawn_well, open_page, table, told

TITLE = "How far do places wander by themselves?"


def keep_a_scan(folder: Folder) -> None:
    """A made-up scan with the very windows that North Stonehouse is asked with."""
    store = open_store(folder)
    place = next(item for item in store.places if item.slug == "north-stonehouse")
    question = question_of(store, place, "violence", today=TODAY)
    ratios = np.exp(np.random.default_rng(3).normal(0, 0.3, 500)).tolist()
    names = ("before", "after", "small_areas", "ratio", "alone")
    row = (str(question.before), str(question.after), 1)
    rows = [(*row, ratio, "We cannot tell") for ratio in ratios]
    folder.scans.mkdir()
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), folder.scans / "violence-2020-08.parquet")


def test_it_is_drawn_with_its_numbers_where_a_scan_is_kept(own_folder: Folder) -> None:
    assert TITLE not in told(open_page("explore", area="north-stonehouse", indicator="violence"))
    keep_a_scan(own_folder)
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence"))
    assert TITLE in told(app)
    shown = table(app, f"The numbers: {TITLE}")
    assert sum(int(row[1]) for row in shown[1:]) == 500
    assert [row[2] for row in shown[1:] if row[2]] == ["Stronger North Stonehouse"]
    # Without dates nothing is compared, and other windows are another question.
    assert TITLE not in told(open_page("explore", area="north-stonehouse", indicator="violence", start="2021-08"))
    for page in ("your-area", "board", "methods"):
        assert TITLE not in told(open_page(page, area="north-stonehouse"))
