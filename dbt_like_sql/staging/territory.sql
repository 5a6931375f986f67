-- One row a province code and territory, with the province of 2025-07-01 that holds the whole of it. No territory has
-- changed more than three times since 1997: each change is one step from it to what took it over the day after.
WITH named AS (
    SELECT
        ref_area,
        province_valid_from,
        province_valid_to,
        unnest(string_split(successor, '|')) AS next_area
    FROM staging.province
    WHERE successor IS NOT NULL
),

steps AS (
    SELECT
        n.ref_area,
        n.province_valid_from,
        s.ref_area AS next_area,
        s.province_valid_from AS next_from
    FROM named AS n
    INNER JOIN staging.province AS s
        ON n.next_area = s.ref_area
        AND n.province_valid_to + INTERVAL 1 DAY
        BETWEEN s.province_valid_from AND coalesce(s.province_valid_to, DATE '9999-12-31')
),

ends AS (
    SELECT
        p.ref_area,
        p.province_valid_from,
        p.province_valid_to,
        coalesce(third.next_area, second.next_area, first.next_area, p.ref_area) AS end_area
    FROM staging.province AS p
    LEFT JOIN steps AS first ON p.ref_area = first.ref_area AND p.province_valid_from = first.province_valid_from
    LEFT JOIN steps AS second ON first.next_area = second.ref_area AND first.next_from = second.province_valid_from
    LEFT JOIN steps AS third ON second.next_area = third.ref_area AND second.next_from = third.province_valid_from
),

merged AS (
    SELECT end_area FROM ends
    WHERE DATE '2025-06-30' BETWEEN province_valid_from AND province_valid_to
    GROUP BY end_area
    HAVING count(*) > 1
)

SELECT
    e.ref_area,
    e.province_valid_from,
    any_value(e.province_valid_to) AS province_valid_to,
    list_sort(list(DISTINCT e.end_area)) AS end_areas,
    CASE WHEN count(DISTINCT e.end_area) = 1 THEN any_value(e.end_area) END AS ref_area_2025,
    bool_or(m.end_area IS NOT NULL) AND e.province_valid_from < DATE '2025-07-01' AS was_merged
FROM ends AS e
LEFT JOIN merged AS m ON e.end_area = m.end_area
GROUP BY e.ref_area, e.province_valid_from
