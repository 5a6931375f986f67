-- One row a page's group of statements, level and measure: the best that the page itself says there. A number goes
-- before a bound, exact before approximate, more digits before fewer, earlier before later; the narrowest bound on
-- either side counts. `is_ambiguous`: the page gives several exact numbers that rounding cannot reconcile. What is said
-- once, as nearly everything is, goes through as it stands.
WITH repeated AS (
    SELECT cell
    FROM staging.statement
    GROUP BY cell
    HAVING count(*) > 1
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cell
            ORDER BY
                side,
                comparator = 'approx',
                CASE side WHEN 1 THEN leeway WHEN 2 THEN -value ELSE value END,
                span_start,
                fact_id
        ) AS place
    FROM staging.statement
    WHERE cell IN (SELECT cell FROM repeated)
),

chosen AS (
    SELECT
        cell,
        any_value(group_hash) AS group_hash,
        any_value(row_no) AS row_no,
        any_value(page_id) AS page_id,
        any_value(annual) AS annual,
        any_value(period_start) AS period_start,
        any_value(period_end) AS period_end,
        any_value(level) AS level,
        any_value(measure) AS measure,
        any_value(is_addable) AS is_addable,
        max(group_id) AS group_id,
        min(side) AS side,
        arg_min(value, place) AS value,
        arg_min(comparator, place) AS comparator,
        arg_min(fact_id, place) AS fact_id,
        arg_min(flags, place) AS flags,
        arg_min(at_least, place) AS own_least,
        arg_min(at_most, place) AS own_most,
        arg_min(value, place) FILTER (WHERE side = 3) AS upper_value,
        arg_min(comparator, place) FILTER (WHERE side = 3) AS upper_comparator,
        arg_min(fact_id, place) FILTER (WHERE side = 3) AS upper_fact_id,
        arg_min(flags, place) FILTER (WHERE side = 3) AS upper_flags,
        coalesce(
            max(at_least) FILTER (WHERE comparator = 'eq') > min(at_most) FILTER (WHERE comparator = 'eq') - 1e-9, FALSE
        ) AS is_ambiguous,
        max(at_least) AS at_least,
        min(at_most) AS at_most,
        string_agg(fact_id, ',') AS said_by
    FROM ranked
    GROUP BY cell
)

SELECT
    group_hash,
    cell,
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    level,
    measure,
    is_addable,
    group_id,
    value,
    comparator,
    fact_id,
    flags,
    at_least AS own_least,
    at_most AS own_most,
    at_least,
    at_most,
    FALSE AS is_ambiguous,
    NULL AS upper_value,
    NULL AS upper_comparator,
    NULL AS upper_fact_id,
    NULL AS upper_flags,
    NULL AS said_by
FROM staging.statement
WHERE cell NOT IN (SELECT cell FROM repeated)
UNION ALL
SELECT
    group_hash,
    cell,
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    level,
    measure,
    is_addable,
    group_id,
    value,
    comparator,
    fact_id,
    flags,
    own_least,
    own_most,
    at_least,
    at_most,
    is_ambiguous,
    CASE side WHEN 2 THEN upper_value END,
    CASE side WHEN 2 THEN upper_comparator END,
    CASE side WHEN 2 THEN upper_fact_id END,
    CASE side WHEN 2 THEN upper_flags END,
    said_by
FROM chosen
