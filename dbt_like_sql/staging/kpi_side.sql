-- One row a cell of the KPI tables that a target speaks of, or that is a target: what is said there as one number or
-- bound, with the upper end of a range, and the interval that this leaves open. A strict bound ends a billionth off.
WITH aimed_at AS (
    SELECT DISTINCT
        r.key_start,
        r.base,
        k.level,
        k.measure
    FROM staging.kpi AS k
    INNER JOIN staging.kpi_row AS r ON k.row_no = r.row_no AND r.is_first_spelling
    WHERE r.modality = 'target'
),

rows_of_targets AS (
    SELECT * FROM staging.kpi_row
    WHERE is_first_spelling AND key_start IN (SELECT key_start FROM aimed_at)
),

stated AS (
    SELECT
        r.key_start,
        r.base,
        r.modality,
        r.term,
        k.*,
        CASE
            WHEN k.comparator = 'eq' THEN 1
            WHEN k.comparator = 'approx' THEN 2
            WHEN k.comparator IN ('ge', 'gt') THEN 3
            ELSE 4
        END AS preference,
        CASE k.comparator
            WHEN 'eq' THEN k.value
            WHEN 'approx' THEN k.own_least
            WHEN 'ge' THEN k.value
            WHEN 'gt' THEN k.value + 1e-9
        END AS low,
        CASE k.comparator
            WHEN 'eq' THEN k.value
            WHEN 'approx' THEN k.own_most
            WHEN 'le' THEN k.value
            WHEN 'lt' THEN k.value - 1e-9
        END AS high
    FROM staging.kpi AS k
    INNER JOIN rows_of_targets AS r ON k.row_no = r.row_no
    INNER JOIN aimed_at AS a
        ON r.key_start = a.key_start AND r.base = a.base AND k.level = a.level AND k.measure = a.measure
    WHERE NOT k.is_ambiguous
)

SELECT
    row_no,
    key_start,
    base,
    modality,
    term,
    level,
    measure,
    arg_min(value, preference) AS value,
    arg_min(comparator, preference) AS comparator,
    CASE WHEN min(preference) = 3 THEN any_value(value) FILTER (WHERE preference = 4) END AS upper_end,
    arg_min(method, preference) AS method,
    arg_min(flags, preference) AS flags,
    bool_or(is_conflict) AS is_conflict,
    CASE WHEN min(preference) < 3 THEN arg_min(low, preference) ELSE max(low) END AS low,
    CASE WHEN min(preference) < 3 THEN arg_min(high, preference) ELSE min(high) END AS high,
    any_value(page_id) AS page_id,
    any_value(source_url) AS source_url,
    array_to_string(list_sort(list_distinct(
        CASE WHEN min(preference) < 3 THEN string_split(arg_min(fact_ids, preference), ',')
        ELSE list(fact_ids) END
    )), ',') AS fact_ids,
    string_agg(nullif(other_fact_ids, ''), ',') AS other_fact_ids
FROM stated
GROUP BY row_no, key_start, base, modality, term, level, measure
