"""The database's tables are those of docs/database.md, column by column."""

from __future__ import annotations

import duckdb
import pytest

from store.database import Store
from store.schema import SCHEMA, SCHEMA_VERSION

TABLES = {
    "meta": "schema_version INTEGER, software_version VARCHAR, built_at TIMESTAMP, content_sha256 VARCHAR, is_sample BOOLEAN",
    "source": "source_id SMALLINT, name VARCHAR, title VARCHAR, publisher VARCHAR, landing_page VARCHAR, licence VARCHAR, "
    "attribution VARCHAR, geography VARCHAR, frequency VARCHAR, format_evidence VARCHAR",
    "fetched_file": "file_id INTEGER, source_id SMALLINT, original_name VARCHAR, url VARCHAR, sha256 VARCHAR, bytes BIGINT, "
    "fetched_at TIMESTAMP, edition VARCHAR, origin VARCHAR, rows_read BIGINT, rows_placed BIGINT, rows_unlocated BIGINT, "
    "rows_refused BIGINT, superseded_by INTEGER",
    "area": "area_id INTEGER, kind VARCHAR, code VARCHAR, edition VARCHAR, name VARCHAR, country VARCHAR, comparable BOOLEAN, "
    "longitude DOUBLE, latitude DOUBLE, outline JSON",
    "area_member": "parent_id INTEGER, member_id INTEGER, relation VARCHAR, fit VARCHAR, share DOUBLE, basis VARCHAR",
    "area_neighbour": "area_id INTEGER, neighbour_id INTEGER",
    "measure": "measure_id SMALLINT, name VARCHAR, source_id SMALLINT, kind VARCHAR, unit VARCHAR",
    "observation": "area_id INTEGER, measure_id SMALLINT, period_start DATE, period_months SMALLINT, numerator DOUBLE, "
    "denominator DOUBLE, value DOUBLE, status VARCHAR, low DOUBLE, high DOUBLE, authority_id INTEGER, file_id INTEGER",
    "observation_in_words": "area_kind VARCHAR, area VARCHAR, area_name VARCHAR, measure VARCHAR, period_start DATE, "
    "period_months SMALLINT, numerator DOUBLE, denominator DOUBLE, value DOUBLE, status VARCHAR, low DOUBLE, high DOUBLE, "
    "authority_kind VARCHAR, authority VARCHAR, source VARCHAR, file VARCHAR",
    "coverage": "measure_id SMALLINT, authority_id INTEGER, period_start DATE, period_months SMALLINT, state VARCHAR, "
    "rows_placed BIGINT, rows_unlocated BIGINT, reason VARCHAR, file_id INTEGER",
    "population": "area_id INTEGER, mid_year SMALLINT, age_from SMALLINT, age_to SMALLINT, persons DOUBLE, file_id INTEGER",
    "deprivation": "area_id INTEGER, edition SMALLINT, domain VARCHAR, rank INTEGER, decile TINYINT, areas_ranked INTEGER, "
    "file_id INTEGER",
    "local_detail": "area_id INTEGER, measure_id SMALLINT, period_start DATE, period_months SMALLINT, title VARCHAR, "
    "better VARCHAR, rule VARCHAR, provider VARCHAR, note VARCHAR, standard_deviation DOUBLE, people_answered DOUBLE, "
    "people_asked DOUBLE, design_effect DOUBLE, file_id INTEGER",
    "recording_break": "name VARCHAR, authority_id INTEGER, country VARCHAR, measures VARCHAR[], starts DATE, ends DATE, "
    "kind VARCHAR, shared_by VARCHAR, reason VARCHAR, evidence VARCHAR",
    "calibration": "indicator VARCHAR, rule VARCHAR, scenario VARCHAR, effect_percent DOUBLE, runs INTEGER, "
    "false_findings DOUBLE, coverage DOUBLE, power DOUBLE, no_answer DOUBLE, seed INTEGER, data_sha256 VARCHAR, "
    "software_version VARCHAR, computed_on DATE",
    "revision": "file_id INTEGER, measure_id SMALLINT, authority_id INTEGER, period_start DATE, was DOUBLE, became DOUBLE",
}  # fmt: skip


def test_the_tables_are_exactly_the_published_ones(sample_store: Store) -> None:
    assert SCHEMA_VERSION == 3
    found: dict[str, list[str]] = {}
    for table, column, kind in sample_store.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'outcomes' AND NOT internal "
        "ORDER BY table_name, column_index"
    ):
        found.setdefault(table, []).append(f"{column} {kind}")
    assert {table: ", ".join(columns) for table, columns in found.items()} == TABLES


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO observation(area_id, measure_id, period_start, period_months, status, numerator, authority_id) "
        "VALUES (1, 1, '2020-01-01', 1, 'suppressed', 3, 1)",
        "INSERT INTO observation(area_id, measure_id, period_start, period_months, status, authority_id) "
        "VALUES (1, 1, '2020-01-01', 1, 'guessed', 1)",
        "INSERT INTO coverage(measure_id, authority_id, period_start, period_months, state) VALUES (1, 1, '2020-01-01', 1, 'ok')",
        "INSERT INTO fetched_file(file_id, rows_read, rows_placed, rows_unlocated, rows_refused) VALUES (1, 10, 5, 2, 2)",
        "INSERT INTO fetched_file(file_id, origin) VALUES (1, 'elsewhere')",
        "INSERT INTO area(area_id, kind) VALUES (1, 'village')",
        "INSERT INTO measure(measure_id, kind) VALUES (1, 'guess')",
        "INSERT INTO recording_break(name, kind) VALUES ('x', 'hole')",
    ],
)
def test_a_row_that_cannot_be_true_is_refused(statement: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(statement)
