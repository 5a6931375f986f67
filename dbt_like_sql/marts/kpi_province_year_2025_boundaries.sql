-- One row a province since 2025-07-01, year, subject, indicator, level, base and measure: results of whole provinces.
-- Where one territory was the whole province in that year, its figures stand as they are. Where several were, exact
-- counts and totals are added and shares are recomputed from the sums; where a part lacks one, there is no number.
WITH long AS (
    SELECT
        k.*,
        p.ref_area_2025,
        p.is_all,
        p.part
    FROM marts.kpi_province_year AS k
    INNER JOIN staging.part_2025 AS p
        ON k.ref_area = p.ref_area AND k.province_valid_from = p.province_valid_from AND k.time_period = p.year
    WHERE k.scope = 'province' AND k.modality = 'actual'
),

exact AS (
    SELECT * FROM long
    WHERE NOT is_all AND comparator = 'eq' AND measure <> 'share'
),

wanted AS (
    SELECT DISTINCT ref_area_2025, time_period, subject, indicator, level, base, measure FROM long
    WHERE NOT is_all
),

found AS (
    SELECT
        w.*,
        p.part,
        p.n_parts,
        v.obs_value AS value,
        t.obs_value AS total,
        p.is_whole AND coalesce(
            CASE w.measure
                WHEN 'share' THEN t.obs_value > 0 AND v.obs_value <= t.obs_value
                ELSE v.obs_value IS NOT NULL
            END,
            FALSE
        ) AS is_there,
        [v.kpi_id, t.kpi_id] AS kpi_ids,
        [v.fact_ids, t.fact_ids] AS fact_ids,
        concat_ws(',', nullif(v.flags, ''), nullif(t.flags, '')) AS flags,
        coalesce(v.conflict, FALSE) OR coalesce(t.conflict, FALSE) AS conflict
    FROM wanted AS w
    INNER JOIN staging.part_2025 AS p ON w.ref_area_2025 = p.ref_area_2025 AND w.time_period = p.year
    LEFT JOIN exact AS v
        ON p.ref_area_2025 = v.ref_area_2025
        AND p.part = v.part
        AND w.time_period = v.time_period
        AND w.subject = v.subject
        AND w.indicator = v.indicator
        AND w.level = v.level
        AND w.base = v.base
        AND CASE w.measure WHEN 'share' THEN 'count' ELSE w.measure END = v.measure
    LEFT JOIN exact AS t
        ON w.measure = 'share'
        AND t.measure = 'total'
        AND p.ref_area_2025 = t.ref_area_2025
        AND p.part = t.part
        AND w.time_period = t.time_period
        AND w.subject = t.subject
        AND w.indicator = t.indicator
        AND w.base = t.base
),

summed AS (
    SELECT
        ref_area_2025,
        time_period,
        subject,
        indicator,
        level,
        base,
        measure,
        any_value(n_parts) AS n_parts,
        string_agg(part, ',' ORDER BY part) AS parts,
        string_agg(part, ',' ORDER BY part) FILTER (WHERE NOT is_there) AS missing_parts,
        CASE
            WHEN NOT bool_and(is_there) THEN NULL
            WHEN measure = 'share' THEN 100 * sum(value) / sum(total)
            ELSE sum(value)
        END AS value,
        list_sort(list_filter(flatten(list(kpi_ids)), lambda id: id IS NOT NULL)) AS kpi_ids,
        array_to_string(flatten(list(fact_ids)), ',') AS fact_ids,
        string_agg(flags, ',') AS flags,
        bool_or(conflict) AS conflict
    FROM found
    GROUP BY ref_area_2025, time_period, subject, indicator, level, base, measure
),

both_kinds AS (
    SELECT
        ref_area_2025 || '@2025-07-01/' || time_period || '/province/' || subject || '/' || indicator || '/' || level
        || '/' || measure || CASE base WHEN 'assessed' THEN '' ELSE '/of:' || base END AS kpi_id,
        ref_area_2025,
        time_period,
        subject,
        indicator,
        level,
        base,
        measure,
        round(value, 6) AS value,
        'eq' AS comparator,
        CASE
            WHEN value IS NULL THEN 'M'
            WHEN contains(',' || flags || ',', ',share_mismatch,') THEN 'U'
            ELSE 'E'
        END AS obs_status,
        'computed' AS method,
        CASE measure WHEN 'share' THEN 'share_of_sums' ELSE 'sum_of_parts' END AS computed_how,
        n_parts,
        parts,
        coalesce(missing_parts, '') AS missing_parts,
        array_to_string(kpi_ids, ',') AS part_kpi_ids,
        fact_ids,
        flags,
        conflict
    FROM summed
    UNION ALL
    SELECT
        regexp_replace(kpi_id, '^[^/]+', ref_area_2025 || '@2025-07-01'),
        ref_area_2025,
        time_period,
        subject,
        indicator,
        level,
        base,
        measure,
        obs_value,
        comparator,
        obs_status,
        method,
        CASE method WHEN 'computed' THEN computed_how END,
        1,
        part,
        '',
        kpi_id,
        fact_ids,
        flags,
        conflict
    FROM long
    WHERE is_all
)

SELECT
    b.kpi_id,
    b.ref_area_2025 AS ref_area,
    p.province_valid_from,
    p.province_name,
    b.time_period,
    b.subject,
    b.indicator,
    b.level,
    b.base,
    b.measure,
    b.value AS obs_value,
    CASE b.measure WHEN 'share' THEN 'PT' ELSE 'UNITS' END AS unit_measure,
    b.obs_status,
    b.comparator,
    b.method,
    b.computed_how,
    b.n_parts,
    b.parts,
    b.missing_parts,
    b.part_kpi_ids,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(coalesce(b.fact_ids, ''), ','), lambda fact: fact <> ''
    ))), ',') AS fact_ids,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(b.flags, ','), lambda flag: flag <> ''
    ))), ',') AS flags,
    b.conflict
FROM both_kinds AS b
INNER JOIN staging.province AS p ON b.ref_area_2025 = p.ref_area AND p.province_valid_to IS NULL
ORDER BY b.kpi_id
