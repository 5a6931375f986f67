-- One row an indicator and level that its figures can have: the levels of its scale, the cumulative ones, `_T`, and
-- every other set of levels that a page states.
WITH stated AS (
    SELECT DISTINCT
        r.indicator,
        k.level
    FROM staging.kpi AS k
    INNER JOIN staging.kpi_row AS r ON k.row_no = r.row_no
    ANTI JOIN reference.levels AS l ON r.indicator = l.indicator AND k.level = l.level
),

parts AS (
    SELECT
        indicator,
        level,
        unnest(string_split(level, '+')) AS part
    FROM stated
),

sets AS (
    SELECT
        p.indicator,
        p.level,
        string_agg(coalesce(l.name_vi, p.part), '; ' ORDER BY l.position, p.part) AS name_vi,
        string_agg(coalesce(l.name_en, p.part), '; ' ORDER BY l.position, p.part) AS name_en
    FROM parts AS p
    LEFT JOIN reference.levels AS l ON p.indicator = l.indicator AND p.part = l.level
    GROUP BY p.indicator, p.level
),

levels AS (
    SELECT indicator, level, name_vi, name_en, parts, CAST(position AS BIGINT) AS position, nullif(wanted, '') AS wanted
    FROM reference.levels
    UNION ALL
    SELECT indicator, level, name_vi, name_en, level, 99, NULL
    FROM sets
)

SELECT
    l.indicator,
    l.level,
    l.name_vi AS level_name_vi,
    l.name_en AS level_name_en,
    i.name_vi AS indicator_name_vi,
    i.name_en AS indicator_name_en,
    CASE
        WHEN l.level = '_T' THEN 'total'
        WHEN l.level = 'not_assessed' THEN 'outside'
        WHEN l.position = 99 THEN 'set'
        WHEN contains(l.parts, '+') THEN 'cumulative'
        ELSE 'single'
    END AS level_kind,
    l.position,
    nullif(l.parts, '') AS parts,
    l.wanted
FROM levels AS l
LEFT JOIN reference.codes AS i ON i.list = 'indicator' AND l.indicator = i.code
ORDER BY l.indicator, l.position, l.level
