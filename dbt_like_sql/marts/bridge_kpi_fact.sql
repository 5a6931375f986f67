-- One row a row of `kpi_province_year` and a fact that stands behind it.
WITH used AS (
    SELECT
        kpi_id,
        1 AS place,
        'value' AS role,
        unnest(string_split(fact_ids, ',')) AS fact_id
    FROM marts.kpi_province_year
    WHERE method = 'reported'
    UNION ALL
    SELECT kpi_id, 2, 'input', unnest(string_split(computed_from, ',')) FROM marts.kpi_province_year
    WHERE computed_from IS NOT NULL
    UNION ALL
    SELECT kpi_id, 3, 'other', unnest(string_split(other_fact_ids, ',')) FROM marts.kpi_province_year
    WHERE other_fact_ids <> ''
)

SELECT
    kpi_id,
    fact_id,
    arg_min(role, place) AS role
FROM used
GROUP BY kpi_id, fact_id
ORDER BY kpi_id, fact_id
