-- One row a cell of a group with the group's place, and the sums of excellent and good where both stand as exact
-- numbers and no exact number of their sum does, not even several that contradict each other. A sum of shares that
-- only rounding brings above 100 is 100; one that is more gives no row.
WITH reported AS (
    SELECT
        c.*,
        g.place,
        g.source_url
    FROM staging.cell AS c
    INNER JOIN staging.page_group AS g
        ON c.row_no = g.row_no
        AND c.page_id = g.page_id
        AND c.annual = g.annual
        AND c.period_start = g.period_start
        AND c.period_end = g.period_end
),

added AS (
    SELECT
        row_no,
        page_id,
        annual,
        period_start,
        period_end,
        measure,
        place,
        source_url,
        CASE measure WHEN 'share' THEN least(round(sum(value), 6), 100) ELSE sum(value) END AS value,
        list(fact_id) AS used,
        string_agg(nullif(flags, ''), ',') AS flags,
        sum(own_least) AS own_least,
        sum(own_most) AS own_most
    FROM reported
    WHERE
        is_addable
        AND comparator = 'eq'
        AND measure <> 'total'
        AND level IN ('excellent', 'good', 'good_or_better')
    GROUP BY row_no, page_id, annual, period_start, period_end, measure, place, source_url
    HAVING
        count(*) = 2
        AND NOT bool_or(is_ambiguous OR level = 'good_or_better')
        AND (measure <> 'share' OR sum(own_least) < 100 + 1e-9)
)

SELECT
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    level,
    measure,
    place,
    source_url,
    'reported' AS method,
    value,
    comparator,
    fact_id AS fact_ids,
    flags,
    own_least,
    own_most,
    at_least,
    at_most,
    is_ambiguous,
    upper,
    coalesce(said_by, [fact_id]) AS said_by
FROM reported
UNION ALL
SELECT
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    'good_or_better',
    measure,
    place,
    source_url,
    'computed',
    value,
    'eq',
    array_to_string(list_sort(used), ','),
    coalesce(array_to_string(list_sort(list_distinct(string_split(flags, ','))), ','), ''),
    own_least,
    own_most,
    own_least,
    own_most,
    FALSE,
    NULL,
    used
FROM added
