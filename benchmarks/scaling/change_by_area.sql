-- Events before and after, for one indicator and two windows, in every small area of the country.
-- The same words for DuckDB and for Spark SQL, over the tables of the database or over the Parquet files.
--
-- A count is 0 only where the area's own authority reported every month of the window for every measure of the
-- indicator; otherwise it is NULL, and so is a window in which a cell is suppressed. Only cells that are not nought are
-- stored, so a bare sum() would give NULL for both.
--
-- To ask something else, change the two views.

CREATE OR REPLACE TEMPORARY VIEW asked_measure AS
SELECT 'burglary' AS name;

CREATE OR REPLACE TEMPORARY VIEW asked_window AS
SELECT DATE '2022-10-01' AS before_first, DATE '2023-09-01' AS before_last, 12 AS before_months,
       DATE '2024-10-01' AS after_first, DATE '2025-09-01' AS after_last, 12 AS after_months;

WITH wanted AS (
  SELECT m.measure_id FROM measure m JOIN asked_measure q ON q.name = m.name
),
reported AS (
  SELECT c.authority_id,
         sum(CASE WHEN c.period_start BETWEEN w.before_first AND w.before_last THEN 1 ELSE 0 END) AS before_cells,
         sum(CASE WHEN c.period_start BETWEEN w.after_first AND w.after_last THEN 1 ELSE 0 END) AS after_cells
  FROM coverage c CROSS JOIN asked_window w
  WHERE c.measure_id IN (SELECT measure_id FROM wanted) AND c.period_months = 1 AND c.state = 'reported'
  GROUP BY c.authority_id
),
needed AS (
  SELECT w.before_months * q.measures AS before_cells, w.after_months * q.measures AS after_cells
  FROM asked_window w CROSS JOIN (SELECT count(*) AS measures FROM asked_measure) q
),
home AS (
  SELECT m.member_id AS area_id, m.parent_id AS authority_id FROM area_member m WHERE m.relation = 'in_police_force'
  UNION ALL
  SELECT a.area_id, n.area_id FROM area a JOIN area n ON n.kind = 'country' AND n.name = a.country WHERE a.kind = 'stable'
),
complete AS (
  SELECT h.area_id, max(r.before_cells) AS before_cells, max(r.after_cells) AS after_cells
  FROM home h JOIN reported r ON r.authority_id = h.authority_id
  GROUP BY h.area_id
),
counted AS (
  SELECT o.area_id,
         sum(CASE WHEN o.period_start BETWEEN w.before_first AND w.before_last THEN o.numerator END) AS before_events,
         sum(CASE WHEN o.period_start BETWEEN w.after_first AND w.after_last THEN o.numerator END) AS after_events,
         sum(CASE WHEN o.numerator IS NULL AND o.period_start BETWEEN w.before_first AND w.before_last THEN 1 ELSE 0 END)
           AS before_unknown,
         sum(CASE WHEN o.numerator IS NULL AND o.period_start BETWEEN w.after_first AND w.after_last THEN 1 ELSE 0 END)
           AS after_unknown
  FROM observation o CROSS JOIN asked_window w
  WHERE o.measure_id IN (SELECT measure_id FROM wanted) AND o.period_months = 1
  GROUP BY o.area_id
)
SELECT a.code AS area,
       CASE WHEN k.before_cells = n.before_cells AND coalesce(e.before_unknown, 0) = 0
            THEN CAST(coalesce(e.before_events, 0) AS BIGINT) END AS events_before,
       CASE WHEN k.after_cells = n.after_cells AND coalesce(e.after_unknown, 0) = 0
            THEN CAST(coalesce(e.after_events, 0) AS BIGINT) END AS events_after
FROM area a CROSS JOIN needed n
LEFT JOIN complete k ON k.area_id = a.area_id
LEFT JOIN counted e ON e.area_id = a.area_id
WHERE a.kind = 'stable'
ORDER BY a.code;
