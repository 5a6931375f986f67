-- kpi_history: What stands in it is kpi_province_year, and no two versions of a row were known on one day.
WITH standing AS (
    SELECT kpi_id, known_from FROM marts.kpi_history
    WHERE known_to IS NULL
),

following AS (
    SELECT
        kpi_id,
        known_to,
        lead(known_from) OVER (PARTITION BY kpi_id ORDER BY known_from, publication) AS next_known_from
    FROM marts.kpi_history
    WHERE known_from <> known_to OR known_to IS NULL
)

SELECT
    coalesce(s.kpi_id, k.kpi_id) AS kpi_id,
    'it does not stand in both' AS what
FROM standing AS s
FULL JOIN marts.kpi_province_year AS k ON s.kpi_id = k.kpi_id AND s.known_from = k.known_from
WHERE s.kpi_id IS NULL OR k.kpi_id IS NULL
UNION ALL
SELECT
    kpi_id,
    'a version begins before the one before it ends' AS what
FROM following
WHERE next_known_from < coalesce(known_to, DATE 'infinity')
ORDER BY ALL
