-- Ten series of one neighbourhood, month by month: 0 where its authority reported, NULL where it did not or a cell of it
-- is suppressed. The same words for DuckDB and for Spark SQL; to ask something else, change the two views.

CREATE OR REPLACE TEMPORARY VIEW asked_place AS
SELECT 'north-stonehouse' AS code;

CREATE OR REPLACE TEMPORARY VIEW asked_measure AS
SELECT 'anti-social-behaviour' AS name UNION ALL SELECT 'bicycle-theft' UNION ALL SELECT 'burglary'
UNION ALL SELECT 'criminal-damage' UNION ALL SELECT 'drugs' UNION ALL SELECT 'other-theft'
UNION ALL SELECT 'public-order' UNION ALL SELECT 'robbery' UNION ALL SELECT 'vehicle-crime' UNION ALL SELECT 'violence';

WITH wanted AS (
  SELECT m.measure_id, m.name FROM measure m JOIN asked_measure q ON q.name = m.name
),
member AS (
  SELECT m.member_id AS area_id
  FROM area_member m JOIN area p ON p.area_id = m.parent_id AND p.kind = 'place' JOIN asked_place q ON q.code = p.code
  WHERE m.relation = 'contains'
),
home AS (
  SELECT m.member_id AS area_id, m.parent_id AS authority_id
  FROM area_member m JOIN member k ON k.area_id = m.member_id WHERE m.relation = 'in_police_force'
  UNION ALL
  SELECT k.area_id, n.area_id
  FROM member k JOIN area a ON a.area_id = k.area_id JOIN area n ON n.kind = 'country' AND n.name = a.country
),
cell AS (
  SELECT h.area_id, c.measure_id, c.period_start, CASE WHEN c.state = 'reported' THEN 1 ELSE 0 END AS reported
  FROM home h JOIN coverage c ON c.authority_id = h.authority_id
  WHERE c.period_months = 1 AND c.measure_id IN (SELECT measure_id FROM wanted)
),
counted AS (
  SELECT o.area_id, o.measure_id, o.period_start, sum(o.numerator) AS events,
         sum(CASE WHEN o.numerator IS NULL THEN 1 ELSE 0 END) AS unknown
  FROM observation o
  WHERE o.area_id IN (SELECT area_id FROM member) AND o.measure_id IN (SELECT measure_id FROM wanted)
    AND o.period_months = 1
  GROUP BY o.area_id, o.measure_id, o.period_start
)
SELECT w.name AS measure, c.period_start,
       CASE WHEN min(c.reported) = 1 AND max(coalesce(e.unknown, 0)) = 0
            THEN CAST(sum(coalesce(e.events, 0)) AS BIGINT) END AS events
FROM cell c
JOIN wanted w ON w.measure_id = c.measure_id
LEFT JOIN counted e ON e.area_id = c.area_id AND e.measure_id = c.measure_id AND e.period_start = c.period_start
GROUP BY w.name, c.period_start
ORDER BY w.name, c.period_start;
