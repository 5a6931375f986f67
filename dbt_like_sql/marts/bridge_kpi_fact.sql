-- One row a row of `kpi_province_year` and a fact that stands behind it. A fact does so in one way only: a number is
-- computed from facts about other levels or measures, and what was not taken is no part of what was.
WITH used AS (
    SELECT
        k.kpi_id,
        r.role,
        unnest(string_split(
            CASE r.role
                WHEN 'input' THEN k.computed_from
                WHEN 'other' THEN nullif(k.other_fact_ids, '')
                ELSE CASE k.method WHEN 'reported' THEN k.fact_ids END
            END, ','
        )) AS fact_id
    FROM marts.kpi_province_year AS k
    CROSS JOIN (VALUES ('value'), ('input'), ('other')) AS r (role)
)

SELECT
    kpi_id,
    fact_id,
    role
FROM used
ORDER BY kpi_id, fact_id
