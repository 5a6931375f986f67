-- One row a cell of the KPI tables: what the group that comes first says, and how it stands to all that is said of the
-- same cell. A range is two rows. `is_ambiguous` rows carry no number that may be used.
WITH contested AS (
    SELECT
        row_no,
        level,
        measure,
        count(DISTINCT page_id) AS n_sources,
        max(at_least) AS at_least,
        min(at_most) AS at_most,
        flatten(list(said_by) FILTER (WHERE place > 1)) AS said_by_others
    FROM staging.placed_cell
    WHERE row_no IN (SELECT row_no FROM staging.page_group WHERE place = 2)
    GROUP BY row_no, level, measure
),

ranges AS (
    SELECT * REPLACE (
        upper_value AS value,
        upper_comparator AS comparator,
        upper_fact_id AS fact_ids,
        upper_flags AS flags,
        CAST('-infinity' AS DOUBLE) AS own_least,
        upper_value AS own_most
    )
    FROM staging.placed_cell
    WHERE place = 1 AND upper_value IS NOT NULL
),

taken AS (
    SELECT * FROM staging.placed_cell
    WHERE place = 1
    UNION ALL
    SELECT * FROM ranges
),

computed AS (
    SELECT row_no, level, measure FROM staging.placed_cell
    WHERE place = 1 AND method = 'computed'
)

SELECT
    t.row_no,
    t.page_id,
    t.source_url,
    t.annual,
    t.period_start,
    t.period_end,
    t.level,
    t.measure,
    t.value,
    t.comparator,
    t.method,
    t.fact_ids,
    t.computed_value,
    t.computed_how,
    t.computed_from,
    t.flags,
    t.own_least,
    t.own_most,
    t.is_ambiguous,
    t.comparator <> 'eq'
    AND (t.upper_value IS NOT NULL OR (t.row_no, t.level, t.measure) IN (SELECT (row_no, level, measure) FROM computed))
        AS is_one_of_two,
    coalesce(c.n_sources, 1) AS n_sources,
    greatest(t.at_least, c.at_least) > t.own_most - 1e-9 OR least(t.at_most, c.at_most) < t.own_least + 1e-9 AS is_conflict,
    CASE
        WHEN c.said_by_others IS NULL AND (len(t.said_by) = 1 OR t.method = 'computed') THEN ''
        ELSE array_to_string(list_sort(list_distinct(list_filter(
            list_concat(CASE t.method WHEN 'computed' THEN [] ELSE t.said_by END, c.said_by_others),
            lambda fact: NOT contains(t.fact_ids, fact)
        ))), ',')
    END AS other_fact_ids
FROM taken AS t
LEFT JOIN contested AS c ON t.row_no = c.row_no AND t.level = c.level AND t.measure = c.measure
