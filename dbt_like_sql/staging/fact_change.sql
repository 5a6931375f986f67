-- One row a fact of the last publication and something that happened since by which rows that rest on it may go, the
-- nearest first: what happened to its page; a correction of it or of another in its rating group; what changed a row of
-- `kpi_province_year` that rests on it or knew it (a withdrawal of another page is none); that its day was read late.
WITH corrected AS (
    SELECT c.fact_id, f.group_id
    FROM staging.correction_change AS c
    LEFT JOIN history.fact_observation AS f ON c.fact_id = f.fact_id
),

knew AS (
    SELECT kpi_id, unnest(string_split(concat_ws(',', fact_ids, computed_from, other_fact_ids), ',')) AS fact_id
    FROM history.kpi_history
    WHERE known_to IS NULL AND kpi_id IN (SELECT kpi_id FROM staging.kpi_change)
)

SELECT f.fact_id, p.cause, p.reason, 1 AS nearness
FROM history.fact_observation AS f
INNER JOIN staging.page_change AS p ON f.page_id = p.page_id AND p.cause <> 'correction'
UNION ALL
SELECT fact_id, 'correction', NULL, 2
FROM history.fact_observation
WHERE
    fact_id IN (SELECT fact_id FROM corrected)
    OR group_id IN (SELECT group_id FROM corrected WHERE group_id IS NOT NULL)
UNION ALL
SELECT DISTINCT k.fact_id, c.cause, NULL, 3
FROM knew AS k
INNER JOIN staging.kpi_change AS c
    ON k.kpi_id = c.kpi_id
    AND c.cause IN (
        'new_page', 'new_version', 'new_metadata', 'correction', 'lost_page', 'better_extraction', 'other_source_taken'
    )
UNION ALL
SELECT f.fact_id, 'better_extraction', NULL, 4
FROM history.fact_observation AS f
INNER JOIN staging.late_page AS p ON f.page_id = p.page_id
