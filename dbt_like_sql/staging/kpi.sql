-- One row a cell of the KPI tables: what the group that comes first says, and how it stands to all that is said of the
-- same cell. A range is two rows. `is_ambiguous` rows carry no number that may be used. Facts and flags stand as they
-- were gathered: what publishes them puts them in order.
WITH contested AS (
    SELECT
        c.number_hash,
        count(DISTINCT g.page_id) AS n_sources,
        max(c.at_least) AS at_least,
        min(c.at_most) AS at_most,
        string_agg(coalesce(c.said_by, c.fact_id, c.computed_from), ',') FILTER (WHERE c.place > 1) AS said_by_others
    FROM staging.placed_cell AS c
    INNER JOIN staging.page_group AS g ON c.group_hash = g.group_hash
    WHERE c.row_no IN (SELECT row_no FROM staging.page_group WHERE place = 2)
    GROUP BY c.number_hash
),

ranges AS (
    SELECT * REPLACE (
        upper_value AS value,
        upper_comparator AS comparator,
        upper_fact_id AS fact_id,
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
    SELECT number_hash FROM staging.placed_cell
    WHERE place = 1 AND method = 'computed'
)

SELECT
    t.row_no,
    g.page_id,
    g.source_url,
    g.annual,
    g.period_start,
    g.period_end,
    t.level,
    t.measure,
    t.value,
    t.comparator,
    t.method,
    coalesce(t.fact_id, t.computed_from) AS fact_ids,
    t.computed_value,
    t.computed_how,
    t.computed_from,
    t.flags,
    t.own_least,
    t.own_most,
    t.is_ambiguous,
    t.comparator <> 'eq'
    AND (t.upper_value IS NOT NULL OR t.number_hash IN (SELECT number_hash FROM computed))
        AS is_one_of_two,
    coalesce(c.n_sources, 1) AS n_sources,
    greatest(t.at_least, c.at_least) > t.own_most - 1e-9 OR least(t.at_most, c.at_most) < t.own_least + 1e-9 AS is_conflict,
    -- What the page itself says more than once holds the very facts that were taken; what others say does not.
    CASE
        WHEN t.said_by IS NULL THEN coalesce(c.said_by_others, '')
        ELSE array_to_string(list_filter(
            string_split(concat_ws(',', t.said_by, c.said_by_others), ','), lambda fact: fact <> t.fact_id
        ), ',')
    END AS other_fact_ids
FROM taken AS t
INNER JOIN staging.page_group AS g ON t.group_hash = g.group_hash
LEFT JOIN contested AS c ON t.number_hash = c.number_hash
