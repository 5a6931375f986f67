-- One row a page's group of statements, level and measure that its exact numbers give, whether the page also states it
-- or not: levels added up; else a count divided by the total; else 100 less the other levels of the scale, where
-- nothing says that the page names only some of them. Results only. Shares that only rounding brings above 100 are
-- 100; where they add to more, nothing is computed. The last digit's rounding of the parts adds up.
-- A way has at most three parts: they are joined, which costs a third of gathering them.
WITH numbers AS (
    SELECT
        c.cell,
        c.group_hash,
        c.row_no,
        r.indicator,
        r.base = 'assessed' AND NOT contains(',' || c.flags || ',', ',incomplete,') AS is_whole,
        c.level,
        c.measure,
        c.value,
        c.fact_id,
        c.flags,
        c.own_least,
        c.own_most
    FROM staging.cell AS c
    INNER JOIN staging.kpi_row AS r ON c.row_no = r.row_no AND r.is_first_spelling
    WHERE c.is_addable AND c.comparator = 'eq' AND NOT c.is_ambiguous
),

totals AS (
    SELECT group_hash, value, fact_id, flags FROM numbers
    WHERE measure = 'total' AND value > 0
),

counts AS (
    SELECT * FROM numbers
    WHERE measure = 'count' AND level <> 'not_assessed'
),

ways AS (
    SELECT
        indicator,
        level,
        computed_how,
        CASE computed_how WHEN 'sum_of_levels' THEN 10 ELSE 30 END + CAST(way AS BIGINT) AS preference,
        split_part(parts, '|', 1) AS part,
        nullif(split_part(parts, '|', 2), '') AS second,
        nullif(split_part(parts, '|', 3), '') AS third
    FROM reference.level_arithmetic
),

-- A way is tried from its first part on, a complement only where no count and total go before it.
tried AS (
    SELECT
        hash(n.group_hash, w.level, n.measure) AS cell,
        n.* EXCLUDE (cell, indicator, level),
        w.* EXCLUDE (indicator)
    FROM numbers AS n
    INNER JOIN ways AS w ON n.indicator = w.indicator AND n.level = w.part
    WHERE
        n.measure <> 'total'
        AND (w.computed_how = 'sum_of_levels' OR (n.measure = 'share' AND n.is_whole))
        AND (w.computed_how = 'sum_of_levels' OR (n.group_hash, w.level) NOT IN (
            SELECT (c.group_hash, c.level) FROM counts AS c
            INNER JOIN totals AS t ON c.group_hash = t.group_hash AND c.value <= t.value
        ))
),

combined AS (
    SELECT
        one.cell,
        one.group_hash,
        one.row_no,
        one.level,
        one.measure,
        one.computed_how,
        one.preference,
        one.value + coalesce(two.value, 0) + coalesce(three.value, 0) AS value,
        concat_ws(',', one.fact_id, two.fact_id, three.fact_id) AS used,
        concat_ws(',', one.flags, two.flags, three.flags) AS flags,
        one.own_least + coalesce(two.own_least, 0) + coalesce(three.own_least, 0) AS own_least,
        one.own_most + coalesce(two.own_most, 0) + coalesce(three.own_most, 0) AS own_most
    FROM tried AS one
    LEFT JOIN numbers AS two ON hash(one.group_hash, one.second, one.measure) = two.cell
    LEFT JOIN numbers AS three ON hash(one.group_hash, one.third, one.measure) = three.cell
    WHERE
        (one.second IS NULL OR two.cell IS NOT NULL)
        AND (one.third IS NULL OR three.cell IS NOT NULL)
        AND (one.computed_how = 'sum_of_levels' OR (coalesce(two.is_whole, TRUE) AND coalesce(three.is_whole, TRUE)))
        AND (
            one.measure = 'count'
            OR one.own_least + coalesce(two.own_least, 0) + coalesce(three.own_least, 0) < 100 + 1e-9
        )
),

added AS (
    SELECT * FROM combined
    WHERE (cell, preference) IN (SELECT (cell, min(preference)) FROM combined GROUP BY cell)
),

counted AS (
    SELECT group_hash, row_no, level, 21 AS preference, value, fact_id AS used, flags FROM counts
    UNION ALL
    SELECT group_hash, row_no, level, 22, value, used, flags FROM added
    WHERE measure = 'count'
),

candidates AS (
    SELECT
        cell,
        group_hash,
        row_no,
        level,
        measure,
        computed_how,
        preference,
        CASE
            WHEN computed_how = 'complement' THEN abs(greatest(round(100 - value, 6), 0))
            WHEN measure = 'share' THEN least(round(value, 6), 100)
            ELSE value
        END AS value,
        used,
        flags,
        CASE computed_how WHEN 'complement' THEN 100 - own_most ELSE own_least END AS own_least,
        CASE computed_how WHEN 'complement' THEN 100 - own_least ELSE own_most END AS own_most
    FROM added
    UNION ALL
    SELECT
        hash(c.group_hash, c.level, 'share'),
        c.group_hash,
        c.row_no,
        c.level,
        'share',
        'share_of_total',
        c.preference,
        round(100 * c.value / t.value, 6),
        c.used || ',' || t.fact_id,
        c.flags || ',' || t.flags,
        100 * c.value / t.value - 1e-6,
        100 * c.value / t.value + 1e-6
    FROM counted AS c
    INNER JOIN totals AS t ON c.group_hash = t.group_hash AND c.value <= t.value
)

SELECT
    cell,
    group_hash,
    row_no,
    level,
    measure,
    value,
    computed_how,
    array_to_string(list_sort(string_split(used, ',')), ',') AS computed_from,
    CASE
        WHEN trim(flags, ',') = '' THEN ''
        ELSE array_to_string(list_sort(list_distinct(list_filter(string_split(flags, ','), lambda flag: flag <> ''))), ',')
    END AS flags,
    own_least,
    own_most
FROM candidates
WHERE (cell, preference) IN (SELECT (cell, min(preference)) FROM candidates GROUP BY cell)
