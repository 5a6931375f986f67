-- One row a cell of the KPI tables: the statement of the group that comes first, or the sum of its two best levels,
-- with what all other groups say of the same cell. `ambiguous` rows carry no number and reach no KPI table.
WITH reported AS (
    SELECT
        g.place,
        c.key_start,
        c.key_end,
        c.page_id,
        c.annual,
        c.period_start,
        c.period_end,
        c.level,
        c.measure,
        c.best.value AS obs_value,
        c.best.comparator AS comparator,
        'reported' AS method,
        c.ambiguous,
        c.best.at_least AS own_least,
        c.best.at_most AS own_most,
        [c.best.fact_id] AS used,
        c.best.flags AS flags,
        c.best.side AS side,
        c.upper,
        c.at_least,
        c.at_most,
        c.said_by
    FROM staging.cell AS c
    INNER JOIN staging.page_group AS g
        ON c.key_start = g.key_start
        AND c.key_end = g.key_end
        AND c.page_id = g.page_id
        AND c.annual = g.annual
        AND c.period_start = g.period_start
        AND c.period_end = g.period_end
),

ranges AS (
    SELECT
        * REPLACE (
            upper.value AS obs_value,
            upper.comparator AS comparator,
            upper.at_least AS own_least,
            upper.at_most AS own_most,
            [upper.fact_id] AS used,
            upper.flags AS flags,
            '3 high' AS side
        )
    FROM reported
    WHERE side = '2 low' AND upper IS NOT NULL
),

addable AS (
    SELECT *, addable_shares AS terms, 'share' AS measure FROM staging.page_group
    WHERE addable_shares IS NOT NULL
    UNION ALL
    SELECT *, addable_counts AS terms, 'count' AS measure FROM staging.page_group
    WHERE addable_counts IS NOT NULL
),

computed AS (
    SELECT
        place,
        key_start,
        key_end,
        page_id,
        annual,
        period_start,
        period_end,
        'good_or_better' AS level,
        measure,
        round(terms[1].value + terms[2].value, 6) AS obs_value,
        'eq' AS comparator,
        'computed' AS method,
        FALSE AS ambiguous,
        terms[1].at_least + terms[2].at_least AS own_least,
        terms[1].at_most + terms[2].at_most AS own_most,
        [terms[1].fact_id, terms[2].fact_id] AS used,
        array_to_string(list_sort(list_distinct(list_filter(
            string_split(concat_ws(',', terms[1].flags, terms[2].flags), ','), lambda flag: flag <> ''
        ))), ',') AS flags,
        own_least AS at_least,
        own_most AS at_most,
        CASE WHEN place > 1 THEN used ELSE CAST([] AS VARCHAR[]) END AS said_by
    FROM addable
),

cells AS (
    SELECT * EXCLUDE (side, upper) FROM reported
    UNION ALL BY NAME
    SELECT * EXCLUDE (side, upper) FROM ranges
    UNION ALL BY NAME
    SELECT * FROM computed
),

compared AS (
    SELECT
        *,
        count(DISTINCT page_id) OVER cell AS n_sources,
        count(*) FILTER (WHERE place = 1) OVER cell AS n_rows,
        max(at_least) OVER cell > own_most - 1e-9 OR min(at_most) OVER cell < own_least + 1e-9 AS conflict,
        list(said_by) OVER cell AS all_said_by
    FROM cells
    WINDOW cell AS (PARTITION BY key_start, key_end, level, measure)
    QUALIFY place = 1
)

SELECT
    c.key_start,
    c.key_end,
    c.key_start || '/' || c.level || '/' || c.measure || c.key_end
    || CASE WHEN c.n_rows > 1 AND c.comparator <> 'eq' THEN '/' || c.comparator ELSE '' END AS kpi_id,
    g.ref_area,
    g.province_valid_from,
    p.province_name,
    g.year,
    g.scope,
    g.unit_name,
    g.subject,
    g.indicator,
    c.level,
    g.modality,
    c.measure,
    c.obs_value,
    CASE
        WHEN contains(',' || c.flags || ',', ',share_mismatch,') THEN 'U'
        WHEN c.comparator <> 'eq' OR c.method = 'computed' THEN 'E'
        ELSE 'A'
    END AS obs_status,
    c.comparator,
    c.method,
    c.n_sources,
    g.source_url,
    c.page_id,
    array_to_string(list_sort(c.used), ',') AS fact_ids,
    array_to_string(list_sort(list_distinct(list_filter(
        flatten(c.all_said_by), lambda fact: NOT list_contains(c.used, fact)
    ))), ',') AS other_fact_ids,
    c.conflict,
    c.ambiguous,
    g.base,
    c.annual,
    c.period_start,
    c.period_end,
    c.flags
FROM compared AS c
INNER JOIN staging.page_group AS g
    ON c.key_start = g.key_start AND c.key_end = g.key_end AND g.place = 1
LEFT JOIN staging.province AS p
    ON g.ref_area = p.ref_area AND g.province_valid_from = p.province_valid_from
