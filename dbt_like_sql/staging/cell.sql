-- One row a page's group of statements, level and measure: the best that the page itself says there. A number goes
-- before a bound, exact before approximate, more digits before fewer, earlier before later; the narrowest bound on
-- either side counts. `ambiguous`: the page gives several exact numbers that rounding cannot reconcile.
SELECT
    key_start,
    key_end,
    page_id,
    annual,
    period_start,
    period_end,
    level,
    measure,
    min(struct_pack(
        side := side,
        inexact := comparator = 'approx',
        narrowness := CASE side WHEN '1 point' THEN leeway WHEN '2 low' THEN -value ELSE value END,
        span_start := span_start,
        fact_id := fact_id,
        value := value,
        comparator := comparator,
        at_least := at_least,
        at_most := at_most,
        flags := flags
    )) AS best,
    min(struct_pack(value := value, span_start := span_start, fact_id := fact_id, comparator := comparator,
        at_least := at_least, at_most := at_most, flags := flags)) FILTER (WHERE side = '3 high') AS upper,
    coalesce(
        max(at_least) FILTER (WHERE comparator = 'eq') > min(at_most) FILTER (WHERE comparator = 'eq') - 1e-9, FALSE
    ) AS ambiguous,
    max(at_least) AS at_least,
    min(at_most) AS at_most,
    list(fact_id) AS said_by,
    max(group_id) AS group_id,
    any_value(ref_area) AS ref_area,
    any_value(province_valid_from) AS province_valid_from,
    any_value(year) AS year,
    any_value(scope) AS scope,
    min(unit_name) AS unit_name,
    any_value(subject) AS subject,
    any_value(indicator) AS indicator,
    any_value(base) AS base,
    any_value(modality) AS modality
FROM staging.statement
GROUP BY key_start, key_end, page_id, annual, period_start, period_end, level, measure
