"""The database's tables. ``schema_version`` rises with every change that a reader outside could notice."""

from __future__ import annotations

SCHEMA_VERSION = 3
# Databases of these versions can be carried over: every change since has only added, or dropped an index.
READABLE_VERSIONS = (1, 2, 3)

SCHEMA = """
CREATE TABLE meta(schema_version INTEGER, software_version VARCHAR, built_at TIMESTAMP, content_sha256 VARCHAR,
  is_sample BOOLEAN);
CREATE TABLE source(source_id SMALLINT PRIMARY KEY, name VARCHAR UNIQUE, title VARCHAR, publisher VARCHAR,
  landing_page VARCHAR, licence VARCHAR, attribution VARCHAR, geography VARCHAR, frequency VARCHAR,
  format_evidence VARCHAR CHECK (format_evidence IN ('real file','documented header')));
CREATE TABLE fetched_file(file_id INTEGER PRIMARY KEY, source_id SMALLINT REFERENCES source, original_name VARCHAR,
  url VARCHAR, sha256 VARCHAR, bytes BIGINT, fetched_at TIMESTAMP, edition VARCHAR,
  origin VARCHAR CHECK (origin IN ('publisher','sample','local')),
  rows_read BIGINT, rows_placed BIGINT, rows_unlocated BIGINT, rows_refused BIGINT, superseded_by INTEGER,
  CHECK (rows_read = rows_placed + rows_unlocated + rows_refused), UNIQUE (source_id, sha256, original_name));
CREATE TABLE area(area_id INTEGER PRIMARY KEY, kind VARCHAR, code VARCHAR, edition VARCHAR, name VARCHAR,
  country VARCHAR, comparable BOOLEAN DEFAULT true, longitude DOUBLE, latitude DOUBLE, outline JSON,
  UNIQUE (kind, code, edition),
  CHECK (kind IN ('stable','lsoa','data_zone','ward','council','police_force','region','country','school','practice',
                  'msoa','place')));
CREATE TABLE area_member(parent_id INTEGER REFERENCES area, member_id INTEGER REFERENCES area, relation VARCHAR,
  fit VARCHAR CHECK (fit IN ('exact','best_fit','chosen')), share DOUBLE, basis VARCHAR,
  PRIMARY KEY (parent_id, member_id, relation));
CREATE TABLE area_neighbour(area_id INTEGER, neighbour_id INTEGER, PRIMARY KEY (area_id, neighbour_id));
CREATE TABLE measure(measure_id SMALLINT PRIMARY KEY, name VARCHAR UNIQUE, source_id SMALLINT REFERENCES source,
  kind VARCHAR, unit VARCHAR, CHECK (kind IN ('events','stock','proportion','mean','median','ratio')));
CREATE TABLE observation(area_id INTEGER, measure_id SMALLINT, period_start DATE, period_months SMALLINT,
  numerator DOUBLE, denominator DOUBLE, value DOUBLE, status VARCHAR DEFAULT 'observed', low DOUBLE, high DOUBLE,
  authority_id INTEGER, file_id INTEGER,
  CHECK (status IN ('observed','suppressed','rounded','inherited','missing','low_reliability')),
  CHECK (status NOT IN ('suppressed','missing') OR numerator IS NULL));
CREATE VIEW observation_in_words AS SELECT a.kind AS area_kind, a.code AS area, a.name AS area_name, m.name AS measure,
  o.period_start, o.period_months, o.numerator, o.denominator, o.value, o.status, o.low, o.high, u.kind AS authority_kind,
  u.code AS authority, s.name AS source, f.original_name AS file FROM observation o JOIN area a USING (area_id)
  JOIN measure m USING (measure_id) JOIN source s USING (source_id) JOIN area u ON u.area_id = o.authority_id
  LEFT JOIN fetched_file f USING (file_id);
CREATE TABLE coverage(measure_id SMALLINT, authority_id INTEGER, period_start DATE, period_months SMALLINT,
  state VARCHAR CHECK (state IN ('reported','absent','suspect')), rows_placed BIGINT, rows_unlocated BIGINT,
  reason VARCHAR, file_id INTEGER, PRIMARY KEY (measure_id, authority_id, period_start, period_months));
CREATE TABLE population(area_id INTEGER, mid_year SMALLINT, age_from SMALLINT, age_to SMALLINT, persons DOUBLE,
  file_id INTEGER, PRIMARY KEY (area_id, mid_year, age_from, age_to));
CREATE TABLE deprivation(area_id INTEGER, edition SMALLINT, domain VARCHAR, rank INTEGER, decile TINYINT,
  areas_ranked INTEGER, file_id INTEGER, PRIMARY KEY (area_id, edition, domain));
CREATE TABLE local_detail(area_id INTEGER, measure_id SMALLINT, period_start DATE, period_months SMALLINT, title VARCHAR,
  better VARCHAR, rule VARCHAR, provider VARCHAR, note VARCHAR, standard_deviation DOUBLE, people_answered DOUBLE,
  people_asked DOUBLE, design_effect DOUBLE, file_id INTEGER,
  PRIMARY KEY (area_id, measure_id, period_start, period_months), CHECK (better IN ('lower','higher','neither')));
CREATE TABLE recording_break(name VARCHAR PRIMARY KEY, authority_id INTEGER, country VARCHAR, measures VARCHAR[],
  starts DATE, ends DATE, kind VARCHAR CHECK (kind IN ('gap','step')), shared_by VARCHAR, reason VARCHAR,
  evidence VARCHAR);
CREATE TABLE calibration(indicator VARCHAR, rule VARCHAR, scenario VARCHAR, effect_percent DOUBLE, runs INTEGER,
  false_findings DOUBLE, coverage DOUBLE, power DOUBLE, no_answer DOUBLE, seed INTEGER, data_sha256 VARCHAR,
  software_version VARCHAR, computed_on DATE);
CREATE TABLE revision(file_id INTEGER, measure_id SMALLINT, authority_id INTEGER, period_start DATE, was DOUBLE,
  became DOUBLE);
"""

ALL_AGES = (0, 120)
WORKING_AGE = (16, 64)
