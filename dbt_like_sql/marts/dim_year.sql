-- One row a calendar year from 1997, the first with known boundaries, to the latest that a figure or a change of
-- boundaries is about.
WITH changes AS (
    SELECT province_valid_from AS changed_on FROM staging.province
    UNION
    SELECT CAST(province_valid_to + INTERVAL 1 DAY AS DATE) FROM staging.province
    WHERE province_valid_to IS NOT NULL
),

years AS (
    SELECT unnest(range(
        (SELECT min(year(changed_on)) FROM changes),
        1 + greatest(
            (SELECT max(year(changed_on)) FROM changes),
            coalesce((SELECT max(CAST(r.year AS BIGINT)) FROM staging.kpi_row AS r), 0)
        )
    )) AS year
),

dated AS (
    SELECT
        y.year,
        max(c.changed_on) AS boundaries_from
    FROM years AS y
    INNER JOIN changes AS c ON c.changed_on <= make_date(y.year, 12, 31)
    GROUP BY y.year
),

counted AS (
    SELECT
        d.year,
        count(*) AS n_provinces
    FROM dated AS d
    INNER JOIN staging.province AS p
        ON make_date(d.year, 12, 31) BETWEEN p.province_valid_from AND coalesce(p.province_valid_to, DATE '9999-12-31')
    GROUP BY d.year
)

SELECT
    d.year,
    make_date(d.year, 1, 1) AS first_day,
    make_date(d.year, 12, 31) AS last_day,
    d.boundaries_from,
    c.n_provinces,
    year(d.boundaries_from) = d.year AND d.boundaries_from > make_date(d.year, 1, 1) AS changed_within,
    d.boundaries_from >= DATE '2025-07-01' AS has_2025_boundaries
FROM dated AS d
INNER JOIN counted AS c ON d.year = c.year
ORDER BY d.year
