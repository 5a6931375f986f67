-- kpi_province_year: Every number of every KPI table leads to facts of fact_observation.
WITH listed AS (
    SELECT 'kpi_province_year' AS kpi_table, kpi_id, concat_ws(',', fact_ids, computed_from) AS fact_ids
    FROM marts.kpi_province_year
    UNION ALL
    SELECT 'kpi_province_year_wide', kpi_id, fact_ids FROM marts.kpi_province_year_wide
    UNION ALL
    SELECT 'kpi_clean_strong_wide', kpi_id, fact_ids FROM marts.kpi_clean_strong_wide
    UNION ALL
    SELECT 'kpi_party_membership', kpi_id, fact_ids FROM marts.kpi_party_membership
    UNION ALL
    SELECT 'kpi_target_vs_actual', kpi_id, concat_ws(',', target_fact_ids, actual_fact_ids)
    FROM marts.kpi_target_vs_actual
    UNION ALL
    SELECT 'kpi_province_year_2025_boundaries', kpi_id, fact_ids FROM marts.kpi_province_year_2025_boundaries
    WHERE fact_ids <> ''
),

used AS (
    SELECT DISTINCT
        kpi_table,
        kpi_id,
        unnest(string_split(fact_ids, ',')) AS fact_id
    FROM listed
)

SELECT
    u.kpi_table,
    u.kpi_id,
    u.fact_id
FROM used AS u
ANTI JOIN marts.fact_observation AS f ON u.fact_id = f.fact_id
ORDER BY u.kpi_table, u.kpi_id, u.fact_id
