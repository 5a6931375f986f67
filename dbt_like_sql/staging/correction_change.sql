-- One row a fact that a row of the corrections file speaks of now and did not at the last publication, or the other way
-- round.
WITH stated AS (
    SELECT
        correction_id,
        page_id,
        unnest(string_split(fact_ids, ',')) AS fact_id
    FROM history.dq_corrections
)

SELECT
    fact_id,
    page_id
FROM lake.applied_corrections
WHERE fact_id IS NOT NULL AND correction_id NOT IN (SELECT correction_id FROM stated)
UNION
SELECT
    fact_id,
    page_id
FROM stated
WHERE
    correction_id NOT IN (
        SELECT correction_id FROM lake.applied_corrections
        WHERE fact_id IS NOT NULL
    )
