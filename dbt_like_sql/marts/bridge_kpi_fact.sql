-- One row a row of `kpi_province_year` and a fact that stands behind it. A fact does so in one way only: a number is
-- computed from facts about other levels or measures, and what was not taken is no part of what was.
WITH used AS (
    SELECT
        kpi_id,
        unnest(string_split(fact_ids, ',')) AS fact_id,
        'value' AS role
    FROM marts.kpi_province_year
    WHERE method = 'reported'
    UNION ALL
    SELECT kpi_id, unnest(string_split(computed_from, ',')), 'input' FROM marts.kpi_province_year
    WHERE computed_from IS NOT NULL
    UNION ALL
    SELECT kpi_id, unnest(string_split(other_fact_ids, ',')), 'other' FROM marts.kpi_province_year
    WHERE other_fact_ids <> ''
)

SELECT
    kpi_id,
    fact_id,
    role
FROM used
ORDER BY kpi_id, fact_id
