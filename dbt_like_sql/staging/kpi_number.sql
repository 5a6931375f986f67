-- One row a cell with a number that may be used: area, year, scope, unit, subject, indicator, level, modality, base
-- and measure. It is the KPI table without its history.
SELECT
    r.key_start || '/' || k.level || '/' || k.measure || r.key_end
    || CASE WHEN k.is_one_of_two THEN '/' || k.comparator ELSE '' END AS kpi_id,
    r.ref_area,
    CAST(r.province_valid_from AS DATE) AS province_valid_from,
    r.province_name,
    CAST(r.year AS BIGINT) AS time_period,
    r.scope,
    r.subject,
    r.indicator,
    k.level,
    r.modality,
    k.measure,
    k.value AS obs_value,
    CASE k.measure WHEN 'share' THEN 'PT' ELSE 'UNITS' END AS unit_measure,
    CASE
        WHEN contains(',' || k.flags || ',', ',share_mismatch,') THEN 'U'
        WHEN k.comparator <> 'eq' OR k.method = 'computed' THEN 'E'
        ELSE 'A'
    END AS obs_status,
    k.comparator,
    k.method,
    k.n_sources,
    k.source_url,
    array_to_string(list_sort(string_split(k.fact_ids, ',')), ',') AS fact_ids,
    k.period_start,
    k.period_end,
    k.computed_value,
    k.computed_how,
    array_to_string(list_sort(string_split(k.computed_from, ',')), ',') AS computed_from,
    r.unit_name,
    r.base,
    k.annual,
    k.is_conflict AS conflict,
    CASE
        WHEN trim(k.flags, ',') = '' THEN ''
        ELSE array_to_string(
            list_sort(list_distinct(list_filter(string_split(k.flags, ','), lambda flag: flag <> ''))), ','
        )
    END AS flags,
    array_to_string(list_sort(string_split(k.other_fact_ids, ',')), ',') AS other_fact_ids,
    k.page_id
FROM staging.kpi AS k
INNER JOIN staging.kpi_row AS r ON k.row_no = r.row_no AND r.is_first_spelling
WHERE NOT k.is_ambiguous AND r.term IS NULL
