"""What a community says about its figures goes with the figures, and only as long as they stand."""

from __future__ import annotations

import duckdb
import pandas as pd

from store.building import build
from store.contribution import Contribution, LoadedFile, Measure
from store.database import Store, open_store
from store.folder import Folder
from store.local_details import local_figures
from store.source import Source
from tests.store.contributions import AT, counts
from tests.store.test_place_areas import written

SOURCE = Source(
    name="local", title="Local figures", publisher="The tests", landing_page="", licence="", attribution="", geography="",
    frequency="", caveats=(), format_evidence="documented header",
)  # fmt: skip
MEASURE = Measure("local-volunteers", "stock", "people")
START = pd.Timestamp("2024-01-01")


def figures(name: str, values: dict[str, float], title: str = "Volunteers", minute: int = 0) -> Contribution:
    """One month's figures by area, each a local observation with its detail."""
    shared = {"file": 0, "measure": MEASURE.name, "period_start": START, "period_months": 1}
    places = [code for code in values if not code.startswith("E")]
    kinds = ["place" if code in places else "stable" for code in values]
    authorities = [("place", code) if code in places else ("council", "E07000041") for code in values]
    rows = pd.DataFrame({"area_kind": kinds, "area_code": list(values), "numerator": list(values.values())}).assign(
        **shared, denominator=float("nan"), value=float("nan"), status="observed", low=float("nan"), high=float("nan"),
        authority_kind=[kind for kind, _ in authorities], authority=[code for _, code in authorities],
    )  # fmt: skip
    coverage = rows[
        ["file", "measure", "authority_kind", "authority", "period_start", "period_months"]
    ].drop_duplicates()
    details = rows[["file", "area_kind", "area_code", "measure", "period_start", "period_months"]].assign(
        title=title, better="higher", rule="local", provider="The hall", note="", standard_deviation=float("nan"),
        people_answered=float("nan"), people_asked=float("nan"), design_effect=float("nan"),
    )  # fmt: skip
    file = LoadedFile(name, f"{abs(hash((name, title))):064x}", 1, "", AT.replace(minute=minute), "local", "local",
                      len(rows), len(rows))  # fmt: skip
    return Contribution(
        SOURCE, (file,), (MEASURE,), rows, coverage.assign(rows_placed=1, rows_unlocated=0), details=details
    )


def built(folder: Folder, *contributions: Contribution, minute: int) -> Store:
    """The store after a build in which all contributions' sources are known."""
    sources = {item.source: item.measures for item in contributions}
    build(folder, contributions, sources, AT.replace(minute=minute))
    return open_store(folder)


def told(store: Store) -> list[tuple[str, str, float, str]]:
    """(area kind, code, figure, title) of every local figure."""
    found = local_figures(store)
    return list(zip(found["area_kind"], found["code"], found["numerator"], found["title"], strict=True))


def test_details_stand_with_their_figures_and_are_carried_over(small_folder: Folder) -> None:
    written(small_folder, "hall", ["E01019970"])
    store = built(small_folder, figures("a.csv", {"hall": 12.0, "E01019970": 7.0}), minute=1)
    expected = [("place", "hall", 12.0, "Volunteers"), ("stable", "E01019970", 7.0, "Volunteers")]
    assert told(store) == expected
    found = local_figures(store).iloc[0]
    assert (found["measure"], found["kind"], found["unit"], found["first"], found["months"]) == (
        "local-volunteers", "stock", "people", 2024 * 12, 1,
    )  # fmt: skip
    assert (found["rule"], found["better"], found["provider"]) == ("local", "higher", "The hall")
    later = built(small_folder, counts({"2020-01": 3}), minute=2)
    assert told(later) == expected


def test_a_newer_file_takes_figure_and_detail_together(small_folder: Folder) -> None:
    written(small_folder, "hall", ["E01019970"])
    built(small_folder, figures("a.csv", {"hall": 12.0, "E01019970": 7.0}), minute=1)
    store = built(small_folder, figures("b.csv", {"hall": 15.0}, "Helpers", minute=2), minute=2)
    assert told(store) == [("place", "hall", 15.0, "Helpers"), ("stable", "E01019970", 7.0, "Volunteers")]


def test_figures_of_a_place_go_with_its_area_file(small_folder: Folder) -> None:
    written(small_folder, "hall", ["E01019970"])
    built(small_folder, figures("a.csv", {"hall": 12.0}), minute=1)
    (small_folder.areas / "hall.toml").unlink()
    store = built(small_folder, counts({"2020-01": 3}), minute=2)
    assert told(store) == []
    assert store.rows("SELECT count(*) FROM coverage c JOIN measure USING (measure_id) WHERE name LIKE 'local-%'") == [
        (0,)
    ]


def test_a_database_from_before_there_were_details_is_read_and_carried(small_folder: Folder) -> None:
    built(small_folder, counts({"2020-01": 3}), minute=1)
    with duckdb.connect(str(small_folder.database())) as connection:
        connection.execute("DROP TABLE local_detail")
    assert local_figures(open_store(small_folder)).empty
    written(small_folder, "hall", ["E01019970"])
    assert told(built(small_folder, figures("a.csv", {"hall": 12.0}), minute=2)) == [
        ("place", "hall", 12.0, "Volunteers")
    ]
