-- One row a province since 2025-07-01, year, and territory that was a part of it at the end of that year. `is_whole` is
-- false where only some of that territory came to the province; `is_all` says that the territory is the province.
WITH years AS (
    SELECT DISTINCT CAST(year AS BIGINT) AS year FROM staging.kpi_row
),

held AS (
    SELECT
        ref_area,
        province_valid_from,
        province_valid_to,
        unnest(end_areas) AS ref_area_2025,
        len(end_areas) = 1 AS is_whole
    FROM staging.territory
)

SELECT
    h.ref_area_2025,
    y.year,
    h.ref_area,
    h.province_valid_from,
    h.ref_area || '@' || h.province_valid_from AS part,
    h.is_whole,
    count(*) OVER (PARTITION BY h.ref_area_2025, y.year) AS n_parts,
    h.is_whole AND count(*) OVER (PARTITION BY h.ref_area_2025, y.year) = 1 AS is_all
FROM held AS h
INNER JOIN years AS y
    ON make_date(y.year, 12, 31) BETWEEN h.province_valid_from AND coalesce(h.province_valid_to, DATE '9999-12-31')
