"""What authorities reported: the same as the tables say when they are asked one question at a time."""

from __future__ import annotations

from store.database import Store
from store.period import month_number
from store.reported import reported

FORCE = "devon-and-cornwall"
SEVERAL = ("burglary", "robbery", "house-price-median", "happiness", "nothing")


def test_rows_are_those_of_the_table_in_order(sample_store: Store) -> None:
    asked = sample_store.rows(
        "SELECT m.name, a.code, c.period_start, c.period_months, c.state, c.file_id FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN area a ON a.area_id = c.authority_id "
        "WHERE m.name IN (SELECT unnest(?)) ORDER BY ALL",
        [list(SEVERAL)],
    )
    found = reported(sample_store).rows(SEVERAL)
    columns = [found[name].to_list() for name in ("measure", "authority", "first", "months", "state", "file_id")]
    assert list(zip(*columns, strict=True)) == [(*row[:2], month_number(row[2]), *row[3:]) for row in asked]
    assert reported(sample_store).rows(["nothing"]).empty


def test_months_and_kinds_are_those_of_the_table(sample_store: Store) -> None:
    for measure in SEVERAL:
        (least, most), *_ = sample_store.rows(
            "SELECT min(c.period_start), max(c.period_start) FROM coverage c JOIN measure m USING (measure_id) "
            "JOIN area a ON a.area_id = c.authority_id WHERE m.name = ? AND a.code = ? AND c.period_months = 1",
            [measure, FORCE],
        )
        expected = (month_number(least), month_number(most)) if least else None
        assert reported(sample_store).first_and_last_month([measure], FORCE) == expected
        kinds = sample_store.rows(
            "SELECT DISTINCT a.kind FROM coverage c JOIN measure m USING (measure_id) "
            "JOIN area a ON a.area_id = c.authority_id WHERE m.name = ? ORDER BY 1",
            [measure],
        )
        assert reported(sample_store).kinds([measure]) == tuple(kind for (kind,) in kinds)
    assert reported(sample_store).first_and_last_month(["burglary", "nothing"], None) is None


def test_what_is_held_is_told_by_measure_and_by_authority(sample_store: Store) -> None:
    assert reported(sample_store).held(SEVERAL) == ("burglary", "robbery", "house-price-median", "happiness")
    assert reported(sample_store).held(SEVERAL, FORCE) == ("burglary", "robbery")
    assert reported(sample_store).held(SEVERAL, "kent") == ()


def test_the_table_is_read_once_for_a_database(sample_store: Store) -> None:
    assert reported(sample_store) is reported(sample_store)
    assert reported(sample_store) is sample_store.kept_for_all["reported"]
