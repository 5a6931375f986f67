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
        min(struct_pack(
            side := side,
            inexact := comparator = 'approx',
            narrowness := CASE side WHEN 1 THEN leeway WHEN 2 THEN -value ELSE value END,
            span_start := span_start,
            fact_id := fact_id,
            value := value,
            comparator := comparator,
            at_least := at_least,
            at_most := at_most,
            flags := flags
        )) AS best,
        min(struct_pack(
            value := value, span_start := span_start, fact_id := fact_id, comparator := comparator, flags := flags
        )) FILTER (WHERE side = 3) AS upper,
        coalesce(
            max(at_least) FILTER (WHERE comparator = 'eq') > min(at_most) FILTER (WHERE comparator = 'eq') - 1e-9, FALSE
        ) AS is_ambiguous,
        max(at_least) AS at_least,
        min(at_most) AS at_most,
        list(fact_id) AS said_by
    FROM staging.statement
    WHERE cell IN (SELECT cell FROM repeated)
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
    NULL AS upper,
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
    best.value,
    best.comparator,
    best.fact_id,
    best.flags,
    best.at_least,
    best.at_most,
    at_least,
    at_most,
    is_ambiguous,
    CASE best.side WHEN 2 THEN upper END,
    said_by
FROM chosen
