-- kpi_province_year: Every province, year, subject and level of a KPI table has its row in the dimension.
WITH keys AS (
    SELECT
        'kpi_province_year' AS kpi_table,
        kpi_id,
        ref_area,
        province_valid_from,
        time_period AS year,
        subject,
        indicator,
        level
    FROM marts.kpi_province_year
    UNION ALL
    SELECT 'kpi_province_year_wide', kpi_id, ref_area, province_valid_from, year, subject, indicator, '_T'
    FROM marts.kpi_province_year_wide
    UNION ALL
    SELECT 'kpi_clean_strong_wide', kpi_id, ref_area, province_valid_from, year, subject, indicator, '_T'
    FROM marts.kpi_clean_strong_wide
    UNION ALL
    SELECT 'kpi_party_membership', kpi_id, ref_area, province_valid_from, year, 'party_member', 'population', '_T'
    FROM marts.kpi_party_membership
    UNION ALL
    SELECT 'kpi_target_vs_actual', kpi_id, ref_area, province_valid_from, year, subject, indicator, level
    FROM marts.kpi_target_vs_actual
    UNION ALL
    SELECT
        'kpi_province_year_2025_boundaries',
        kpi_id,
        ref_area,
        province_valid_from,
        time_period,
        subject,
        indicator,
        level
    FROM marts.kpi_province_year_2025_boundaries
)

SELECT
    k.kpi_table,
    k.kpi_id,
    concat_ws(
        ', ',
        CASE WHEN p.ref_area IS NULL THEN 'dim_province' END,
        CASE WHEN y.year IS NULL THEN 'dim_year' END,
        CASE WHEN s.subject IS NULL THEN 'dim_subject' END,
        CASE WHEN l.level IS NULL THEN 'dim_level' END
    ) AS lacking
FROM keys AS k
LEFT JOIN marts.dim_province AS p ON k.ref_area = p.ref_area AND k.province_valid_from = p.province_valid_from
LEFT JOIN marts.dim_year AS y ON k.year = y.year
LEFT JOIN marts.dim_subject AS s ON k.subject = s.subject
LEFT JOIN marts.dim_level AS l ON k.indicator = l.indicator AND k.level = l.level
WHERE p.ref_area IS NULL OR y.year IS NULL OR s.subject IS NULL OR l.level IS NULL
ORDER BY k.kpi_table, k.kpi_id
