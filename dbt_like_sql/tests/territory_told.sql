-- kpi_province_year: The territory of a row stood at the end of its year, or its id says which one is meant.
WITH keys AS (
    SELECT 'kpi_province_year' AS kpi_table, kpi_id, ref_area, province_valid_from, time_period AS year
    FROM marts.kpi_province_year
    UNION ALL
    SELECT 'kpi_province_year_wide', kpi_id, ref_area, province_valid_from, year FROM marts.kpi_province_year_wide
    UNION ALL
    SELECT 'kpi_clean_strong_wide', kpi_id, ref_area, province_valid_from, year FROM marts.kpi_clean_strong_wide
    UNION ALL
    SELECT 'kpi_party_membership', kpi_id, ref_area, province_valid_from, year FROM marts.kpi_party_membership
    UNION ALL
    SELECT 'kpi_target_vs_actual', kpi_id, ref_area, province_valid_from, year FROM marts.kpi_target_vs_actual
),

told AS (
    SELECT
        k.*,
        max(p.province_valid_from) AS standing_from
    FROM keys AS k
    LEFT JOIN marts.dim_province AS p
        ON k.ref_area = p.ref_area AND p.province_valid_from <= make_date(k.year, 12, 31)
    GROUP BY ALL
)

SELECT
    kpi_table,
    kpi_id,
    CAST(province_valid_from AS VARCHAR) AS province_valid_from,
    CAST(standing_from AS VARCHAR) AS standing_from
FROM told
WHERE
    told.province_valid_from IS DISTINCT FROM standing_from
    AND NOT starts_with(kpi_id, ref_area || '@' || told.province_valid_from || '/')
ORDER BY kpi_table, kpi_id
