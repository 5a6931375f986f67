-- One row a page's group of statements, level and measure that its exact numbers give, whether the page also states it
-- or not: levels added up; else a count divided by the total; else 100 less the other levels of the scale, where
-- nothing says that the page names only some of them. Results only. Shares that only rounding brings above 100 are
-- 100; where they add to more, nothing is computed. The last digit's rounding of the parts adds up.
WITH numbers AS (
    SELECT
        c.group_hash,
        c.row_no,
        r.indicator,
        r.base,
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

ways AS (
    SELECT
        indicator,
        level,
        computed_how,
        way,
        len(string_split(parts, '|')) AS n_parts,
        unnest(string_split(parts, '|')) AS part
    FROM reference.level_arithmetic
),

added AS (
    SELECT
        n.group_hash,
        n.row_no,
        n.measure,
        w.level,
        w.computed_how,
        w.way,
        sum(n.value) AS value,
        string_agg(n.fact_id, ',') AS used,
        string_agg(nullif(n.flags, ''), ',') AS flags,
        sum(n.own_least) AS own_least,
        sum(n.own_most) AS own_most
    FROM numbers AS n
    INNER JOIN ways AS w ON n.indicator = w.indicator AND n.level = w.part
    WHERE
        n.measure <> 'total'
        AND (
            w.computed_how = 'sum_of_levels'
            OR (n.measure = 'share' AND n.base = 'assessed' AND NOT contains(',' || n.flags || ',', ',incomplete,'))
        )
    GROUP BY n.group_hash, n.row_no, n.measure, w.level, w.computed_how, w.way
    HAVING count(*) = any_value(w.n_parts) AND (n.measure = 'count' OR sum(n.own_least) < 100 + 1e-9)
),

counted AS (
    SELECT group_hash, level, 1 AS way, value, fact_id AS used, flags FROM numbers
    WHERE measure = 'count' AND level <> 'not_assessed'
    UNION ALL
    SELECT group_hash, level, 2, value, used, flags FROM added
    WHERE measure = 'count'
    QUALIFY row_number() OVER (PARTITION BY group_hash, level ORDER BY way) = 1
),

candidates AS (
    SELECT
        group_hash,
        row_no,
        level,
        measure,
        computed_how,
        CASE computed_how WHEN 'sum_of_levels' THEN 10 ELSE 30 END + CAST(way AS BIGINT) AS preference,
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
        c.group_hash,
        t.row_no,
        c.level,
        'share',
        'share_of_total',
        20 + c.way,
        round(100 * c.value / t.value, 6),
        c.used || ',' || t.fact_id,
        concat_ws(',', nullif(c.flags, ''), nullif(t.flags, '')),
        100 * c.value / t.value - 1e-6,
        100 * c.value / t.value + 1e-6
    FROM counted AS c
    INNER JOIN numbers AS t ON c.group_hash = t.group_hash AND t.measure = 'total'
    WHERE c.value <= t.value AND t.value > 0
)

SELECT
    hash(group_hash, level, measure) AS cell,
    group_hash,
    row_no,
    level,
    measure,
    arg_min(value, preference) AS value,
    arg_min(computed_how, preference) AS computed_how,
    array_to_string(list_sort(string_split(arg_min(used, preference), ',')), ',') AS computed_from,
    coalesce(array_to_string(list_sort(list_distinct(list_filter(
        string_split(arg_min(coalesce(flags, ''), preference), ','), lambda flag: flag <> ''
    ))), ','), '') AS flags,
    arg_min(own_least, preference) AS own_least,
    arg_min(own_most, preference) AS own_most
FROM candidates
GROUP BY group_hash, row_no, level, measure
