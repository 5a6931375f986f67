-- One row a target for a year, and the result of that year beside it. Where several targets speak of one year, that of
-- the year itself goes first, then that of the term that ends first.
WITH targets AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY key_start, base, level, measure
            ORDER BY term IS NOT NULL, split_part(term, '/', 2), term
        ) AS place
    FROM staging.kpi_side
    WHERE modality = 'target'
),

others AS (
    SELECT
        key_start,
        base,
        level,
        measure,
        concat_ws(
            ',', string_agg(fact_ids, ',') FILTER (WHERE place > 1), string_agg(other_fact_ids, ',')
        ) AS fact_ids
    FROM targets
    GROUP BY key_start, base, level, measure
),

results AS (
    SELECT
        r.key_start,
        r.base,
        c.level,
        c.measure,
        string_agg(coalesce(c.said_by, c.fact_id, c.computed_from), ',') AS said_by
    FROM staging.placed_cell AS c
    INNER JOIN staging.kpi_row AS r ON c.row_no = r.row_no AND r.is_first_spelling AND r.modality = 'actual'
    INNER JOIN others AS t
        ON r.key_start = t.key_start AND r.base = t.base AND c.level = t.level AND c.measure = t.measure
    GROUP BY r.key_start, r.base, c.level, c.measure
),

paired AS (
    SELECT
        t.*,
        a.value AS actual_value,
        a.comparator AS actual_comparator,
        a.upper_end AS actual_upper,
        a.method AS actual_method,
        a.low AS actual_low,
        a.high AS actual_high,
        coalesce(a.is_conflict, FALSE) AS actual_conflict,
        a.fact_ids AS actual_fact_ids,
        array_to_string(list_sort(list_distinct(list_filter(
            string_split(coalesce(s.said_by, ''), ','), lambda fact: fact <> '' AND NOT contains(coalesce(a.fact_ids, ''), fact)
        ))), ',') AS other_actual_fact_ids,
        a.source_url AS actual_source_url,
        a.page_id AS actual_page_id,
        CASE
            WHEN t.comparator IN ('ge', 'gt') THEN 'more'
            WHEN t.comparator IN ('le', 'lt') THEN 'less'
            ELSE l.wanted
        END AS wanted,
        CASE
            WHEN t.comparator <> 'approx' THEN a.comparator
            WHEN a.comparator IN ('eq', 'approx') THEN 'approx'
        END AS gap_comparator,
        array_to_string(list_sort(list_distinct(list_filter(
            string_split(o.fact_ids, ','), lambda fact: fact <> '' AND NOT contains(t.fact_ids, fact)
        ))), ',') AS other_target_fact_ids
    FROM targets AS t
    INNER JOIN staging.kpi_row AS r ON t.row_no = r.row_no AND r.is_first_spelling
    LEFT JOIN marts.dim_level AS l ON r.indicator = l.indicator AND t.level = l.level
    LEFT JOIN staging.kpi_side AS a
        ON a.modality = 'actual'
        AND t.key_start = a.key_start
        AND t.base = a.base
        AND t.level = a.level
        AND t.measure = a.measure
    LEFT JOIN results AS s
        ON t.key_start = s.key_start AND t.base = s.base AND t.level = s.level AND t.measure = s.measure
    INNER JOIN others AS o
        ON t.key_start = o.key_start AND t.base = o.base AND t.level = o.level AND t.measure = o.measure
    WHERE t.place = 1
)

SELECT
    p.key_start || '/' || p.level || '/' || p.measure
    || CASE p.base WHEN 'assessed' THEN '' ELSE '/of:' || p.base END AS kpi_id,
    r.ref_area,
    CAST(r.province_valid_from AS DATE) AS province_valid_from,
    r.province_name,
    CAST(r.year AS BIGINT) AS year,
    r.scope,
    r.unit_name,
    r.subject,
    r.indicator,
    p.level,
    p.measure,
    r.base,
    CASE p.measure WHEN 'share' THEN 'PT' ELSE 'UNITS' END AS unit_measure,
    p.value AS target_value,
    p.comparator AS target_comparator,
    p.upper_end AS target_upper,
    coalesce(p.term, r.year) AS target_period,
    p.actual_value,
    p.actual_comparator,
    p.actual_upper,
    p.actual_method,
    CASE WHEN p.gap_comparator IS NOT NULL THEN round(p.actual_value - p.value, 6) END AS gap,
    p.gap_comparator,
    p.wanted,
    CASE
        WHEN p.wanted = 'more' AND p.actual_low >= CASE p.comparator WHEN 'approx' THEN p.high ELSE p.low END THEN TRUE
        WHEN p.wanted = 'more' AND p.actual_high < p.low THEN FALSE
        WHEN p.wanted = 'less' AND p.actual_high <= CASE p.comparator WHEN 'approx' THEN p.low ELSE p.high END THEN TRUE
        WHEN p.wanted = 'less' AND p.actual_low > p.high THEN FALSE
    END AS is_met,
    p.is_conflict AS target_conflict,
    p.actual_conflict,
    p.fact_ids AS target_fact_ids,
    p.other_target_fact_ids,
    p.actual_fact_ids,
    p.other_actual_fact_ids,
    p.source_url AS target_source_url,
    p.actual_source_url,
    p.page_id AS target_page_id,
    p.actual_page_id
FROM paired AS p
INNER JOIN staging.kpi_row AS r ON p.row_no = r.row_no AND r.is_first_spelling
ORDER BY kpi_id
