"""What a community says about its own figures: title, direction, who counted, and how a survey was answered."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from store.contribution import Contribution
from store.database import Store
from store.period import month_number

_COLUMNS = (
    "title, better, rule, provider, note, standard_deviation, people_answered, people_asked, design_effect"  # as stored
)


def write_local_details(
    connection: duckdb.DuckDBPyConnection, contributions: Sequence[Contribution], old: bool
) -> None:
    """Write the details of every local observation in use, once observations are merged.

    A detail goes with its observation: where a newer file has replaced the figure, its own detail stands.
    """
    for item in contributions:
        if not len(item.details):
            continue
        hashes = {number: file.sha256 for number, file in enumerate(item.files)}
        connection.register("details_in", item.details.assign(sha256=item.details["file"].map(hashes)))
        connection.execute(
            f"INSERT INTO local_detail SELECT o.area_id, o.measure_id, o.period_start, o.period_months, {_COLUMNS}, o.file_id "
            "FROM details_in i JOIN area a ON a.kind = i.area_kind AND a.code = i.area_code "
            "JOIN measure m ON m.name = i.measure JOIN fetched_file f ON f.sha256 = i.sha256 "
            "JOIN observation o ON (o.area_id, o.measure_id, o.period_start, o.period_months, o.file_id) = "
            "(a.area_id, m.measure_id, i.period_start::DATE, i.period_months, f.file_id)"
        )
        connection.unregister("details_in")
    held = "SELECT 1 FROM duckdb_tables() WHERE database_name = 'old' AND table_name = 'local_detail'"
    if old and connection.execute(held).fetchall():
        connection.execute(
            f"INSERT INTO local_detail SELECT o.area_id, o.measure_id, o.period_start, o.period_months, {_COLUMNS}, o.file_id "
            "FROM old.local_detail d JOIN old.area p ON p.area_id = d.area_id "
            "JOIN area a ON (a.kind, a.code, a.edition) = (p.kind, p.code, p.edition) "
            "JOIN observation o ON (o.area_id, o.measure_id, o.period_start, o.period_months, o.file_id) = "
            "(a.area_id, d.measure_id, d.period_start, d.period_months, d.file_id)"
        )


def local_figures(store: Store) -> pd.DataFrame:
    """Every local figure held, unsuppressed and for this machine only: whoever shows one applies its ``rule`` first.

    One row a figure, in order: ``measure, kind, unit, area_kind, code, area_name, first`` (a month number), ``months``
    (0 = on one day in it), ``numerator, denominator, value, status, low, high``, then the details ``title, better, rule,
    provider, note, standard_deviation, people_answered, people_asked, design_effect``, and ``file_id``. ``rule`` is the
    name of a rule in ``data/suppression.toml``. Empty where none are held.
    """
    if not store.rows("SELECT 1 FROM duckdb_tables() WHERE database_name = 'outcomes' AND table_name = 'local_detail'"):
        return pd.DataFrame()
    found = store.frame(
        "SELECT m.name AS measure, m.kind, m.unit, a.kind AS area_kind, a.code, a.name AS area_name, o.period_start, "
        "o.period_months AS months, o.numerator, o.denominator, o.value, o.status, o.low, o.high, "
        f"{', '.join('d.' + name for name in _COLUMNS.split(', '))}, o.file_id "
        "FROM local_detail d JOIN observation o ON (o.area_id, o.measure_id, o.period_start, o.period_months, o.file_id) = "
        "(d.area_id, d.measure_id, d.period_start, d.period_months, d.file_id) "
        "JOIN area a ON a.area_id = d.area_id JOIN measure m ON m.measure_id = d.measure_id "
        "ORDER BY m.name, a.kind, a.code, o.period_start, o.period_months"
    )
    found.insert(6, "first", [month_number(day) for day in found.pop("period_start")])
    return found
