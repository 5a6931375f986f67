-- kpi_province_year_2025_boundaries: A number is made of all parts that dim_province knows, and adds up.
WITH numbers AS (
    SELECT
        kpi_id,
        ref_area,
        time_period,
        measure,
        obs_value,
        n_parts,
        unnest(string_split(part_kpi_ids, ',')) AS part_kpi_id
    FROM marts.kpi_province_year_2025_boundaries
    WHERE obs_value IS NOT NULL
),

added AS (
    SELECT
        n.kpi_id,
        n.ref_area,
        n.time_period,
        n.obs_value,
        n.n_parts,
        CASE
            WHEN n.measure = 'share' AND n.n_parts > 1
                THEN 100 * sum(k.obs_value) FILTER (WHERE k.measure = 'count')
                    / sum(k.obs_value) FILTER (WHERE k.measure = 'total')
            ELSE sum(k.obs_value)
        END AS expected,
        count(DISTINCT k.ref_area) AS n_found
    FROM numbers AS n
    LEFT JOIN marts.kpi_province_year AS k ON n.part_kpi_id = k.kpi_id
    GROUP BY n.kpi_id, n.ref_area, n.time_period, n.measure, n.obs_value, n.n_parts
),

known AS (
    SELECT
        a.kpi_id,
        count(*) AS n_known
    FROM added AS a
    INNER JOIN marts.dim_province AS p
        ON a.ref_area = p.ref_area_2025
        AND make_date(a.time_period, 12, 31)
        BETWEEN p.province_valid_from AND coalesce(p.province_valid_to, DATE '9999-12-31')
    GROUP BY a.kpi_id
)

SELECT
    a.kpi_id,
    a.obs_value,
    coalesce(CAST(a.expected AS VARCHAR), 'nothing') AS expected,
    a.n_parts,
    a.n_found,
    coalesce(n.n_known, 0) AS n_known
FROM added AS a
LEFT JOIN known AS n ON a.kpi_id = n.kpi_id
WHERE
    abs(a.obs_value - coalesce(a.expected, -1)) > 1e-5
    OR a.n_parts <> a.n_found
    OR a.n_parts <> coalesce(n.n_known, 0)
ORDER BY a.kpi_id
