-- One row a page's group of statements, level and measure that its exact numbers give, whether the page also states it
-- or not: levels added up; else a count divided by the total; else 100 less the other levels of the scale, where
-- nothing says that the page names only some of them. Results only. Shares that only rounding brings above 100 are
-- 100; where they add to more, nothing is computed. The last digit's rounding of the parts adds up.
-- A way has at most three parts: they are joined, which costs a third of gathering them. Facts and flags stand in the
-- order of the parts, as they are: `kpi_number` puts in order those of the few cells that are taken.
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

divided AS (
    SELECT
        hash(c.group_hash, c.level, 'share') AS cell,
        c.group_hash,
        c.row_no,
        c.level,
        c.value AS part,
        t.value AS whole,
        c.fact_id || ',' || t.fact_id AS used,
        c.flags || ',' || t.flags AS flags
    FROM numbers AS c
    INNER JOIN totals AS t ON c.group_hash = t.group_hash AND c.value <= t.value
    WHERE c.measure = 'count' AND c.level <> 'not_assessed'
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
        AND (
            w.computed_how = 'sum_of_levels'
            OR (
                n.measure = 'share' AND n.is_whole
                AND hash(n.group_hash, w.level, n.measure) NOT IN (SELECT cell FROM divided)
            )
        )
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
    SELECT c.* FROM combined AS c
    SEMI JOIN (SELECT cell, min(preference) AS preference FROM combined GROUP BY cell) AS best
        ON c.cell = best.cell AND c.preference = best.preference
),

shares_of_total AS (
    SELECT * FROM divided
    UNION ALL
    SELECT
        hash(a.group_hash, a.level, 'share'),
        a.group_hash,
        a.row_no,
        a.level,
        a.value,
        t.value,
        a.used || ',' || t.fact_id,
        a.flags || ',' || t.flags
    FROM added AS a
    INNER JOIN totals AS t ON a.group_hash = t.group_hash AND a.value <= t.value
    WHERE a.measure = 'count' AND hash(a.group_hash, a.level, 'share') NOT IN (SELECT cell FROM divided)
)

SELECT
    cell,
    group_hash,
    row_no,
    level,
    measure,
    CASE
        WHEN computed_how = 'complement' THEN abs(greatest(round(100 - value, 6), 0))
        WHEN measure = 'share' THEN least(round(value, 6), 100)
        ELSE value
    END AS value,
    computed_how,
    used AS computed_from,
    flags,
    CASE computed_how WHEN 'complement' THEN 100 - own_most ELSE own_least END AS own_least,
    CASE computed_how WHEN 'complement' THEN 100 - own_least ELSE own_most END AS own_most
FROM added
WHERE computed_how = 'sum_of_levels' OR cell NOT IN (SELECT cell FROM shares_of_total)
UNION ALL
SELECT
    cell,
    group_hash,
    row_no,
    level,
    'share' AS measure,
    round(100 * part / whole, 6) AS value,
    'share_of_total' AS computed_how,
    used AS computed_from,
    flags,
    100 * part / whole - 1e-6 AS own_least,
    100 * part / whole + 1e-6 AS own_most
FROM shares_of_total
WHERE cell NOT IN (SELECT cell FROM added WHERE computed_how = 'sum_of_levels')
