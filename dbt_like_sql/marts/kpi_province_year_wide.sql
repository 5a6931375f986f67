-- One row a province, year, scope, unit and subject with the results of `task_completion_rating`.
-- Shares are shown as numbers only where a page gives a number: a bound leaves the column empty and sets the flag
-- `bounded`; an approximate number is shown unless there is an exact one. What the exact reported shares add to counts
-- no level twice: a set of levels inside another reported set is left out, and there is no sum where reported sets
-- overlap in another way.
WITH rows_of_ratings AS (
    SELECT * FROM staging.kpi_row
    WHERE is_first_spelling AND indicator = 'task_completion_rating' AND key_end = ''
),

stated AS (
    SELECT
        k.*,
        (k.comparator = 'eq' OR (k.comparator = 'approx' AND NOT k.is_one_of_two)) AND NOT k.is_ambiguous AS is_number
    FROM staging.kpi AS k
    WHERE k.row_no IN (SELECT row_no FROM rows_of_ratings)
),

marked AS (
    SELECT
        *,
        is_number AND measure = 'share' AS is_share,
        is_number AND measure = 'count' AS is_count,
        is_number AND (
            measure = 'total' OR level IN ('excellent', 'good', 'good_or_better', 'completed', 'not_completed')
        ) AS is_shown
    FROM stated
),

pivoted AS (
    SELECT
        row_no,
        any_value(source_url) AS source_url,
        any_value(page_id) AS page_id,
        max(n_sources) AS n_sources,
        max(value) FILTER (WHERE is_number AND measure = 'total') AS total,
        max(value) FILTER (WHERE is_share AND level = 'excellent') AS share_excellent,
        max(value) FILTER (WHERE is_share AND level = 'good') AS share_good,
        max(value) FILTER (WHERE is_share AND level = 'good_or_better') AS share_good_or_better,
        max(value) FILTER (WHERE is_share AND level = 'completed') AS share_completed,
        max(value) FILTER (WHERE is_share AND level = 'not_completed') AS share_not_completed,
        max(value) FILTER (WHERE is_count AND level = 'excellent') AS count_excellent,
        max(value) FILTER (WHERE is_count AND level = 'good') AS count_good,
        max(value) FILTER (WHERE is_count AND level = 'good_or_better') AS count_good_or_better,
        max(value) FILTER (WHERE is_count AND level = 'completed') AS count_completed,
        max(value) FILTER (WHERE is_count AND level = 'not_completed') AS count_not_completed,
        list({
            'levels': CASE level
                WHEN 'good_or_better' THEN ['excellent', 'good']
                WHEN 'completed_or_better' THEN ['completed', 'excellent', 'good']
                ELSE string_split(level, '+')
            END,
            'value': value
        }) FILTER (
            WHERE is_share AND comparator = 'eq' AND method = 'reported' AND level NOT IN ('_T', 'not_assessed')
        ) AS shares,
        bool_or(is_shown AND comparator = 'approx') AS is_approximate,
        bool_or(comparator NOT IN ('eq', 'approx')) AS is_bounded,
        bool_or(method = 'computed' AND measure = 'share') AS is_computed,
        bool_or(is_conflict AND NOT is_ambiguous) AS is_conflict,
        bool_or(is_ambiguous) AS is_ambiguous,
        string_agg(nullif(flags, ''), ',') AS stated_flags,
        string_agg(fact_ids, ',') AS fact_ids,
        string_agg(nullif(other_fact_ids, ''), ',') AS other_fact_ids
    FROM marked
    GROUP BY row_no
),

not_taken AS (
    SELECT
        row_no,
        array_to_string(flatten(list(said_by)), ',') AS fact_ids
    FROM staging.placed_cell
    WHERE place > 1 AND row_no IN (SELECT row_no FROM rows_of_ratings)
    GROUP BY row_no
),

outermost AS (
    SELECT
        *,
        list_filter(
            shares,
            lambda term: len(list_filter(
                shares, lambda other: list_has_all(other.levels, term.levels) AND len(other.levels) > len(term.levels)
            )) = 0
        ) AS terms
    FROM pivoted
)

SELECT
    r.key_start AS kpi_id,
    r.ref_area,
    r.province_name,
    CAST(r.year AS BIGINT) AS year,
    r.scope,
    r.unit_name,
    r.subject,
    r.indicator,
    CAST(o.total AS BIGINT) AS total,
    o.share_excellent,
    o.share_good,
    o.share_good_or_better,
    o.share_completed,
    o.share_not_completed,
    CASE
        WHEN len(flatten(list_transform(o.terms, lambda term: term.levels)))
            = len(list_distinct(flatten(list_transform(o.terms, lambda term: term.levels))))
            THEN round(list_sum(list_transform(o.terms, lambda term: term.value)), 6)
    END AS share_sum,
    CASE
        WHEN o.is_ambiguous OR o.is_conflict OR contains(',' || o.stated_flags || ',', ',share_mismatch,') THEN 'U'
        WHEN o.is_approximate OR o.is_bounded THEN 'E'
        ELSE 'A'
    END AS obs_status,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(concat_ws(
            ',',
            o.stated_flags,
            CASE WHEN o.is_approximate THEN 'approximate' END,
            CASE WHEN o.is_bounded THEN 'bounded' END,
            CASE WHEN o.is_computed THEN 'computed_good_or_better' END,
            CASE WHEN o.is_conflict THEN 'conflict' END,
            CASE WHEN o.is_ambiguous THEN 'ambiguous' END
        ), ','),
        lambda flag: flag <> ''
    ))), ',') AS flags,
    o.source_url,
    CAST(r.province_valid_from AS DATE) AS province_valid_from,
    CAST(o.count_excellent AS BIGINT) AS count_excellent,
    CAST(o.count_good AS BIGINT) AS count_good,
    CAST(o.count_good_or_better AS BIGINT) AS count_good_or_better,
    CAST(o.count_completed AS BIGINT) AS count_completed,
    CAST(o.count_not_completed AS BIGINT) AS count_not_completed,
    o.n_sources,
    array_to_string(list_sort(list_distinct(string_split(o.fact_ids, ','))), ',') AS fact_ids,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(concat_ws(',', o.other_fact_ids, n.fact_ids), ','),
        lambda fact: fact <> '' AND NOT contains(o.fact_ids, fact)
    ))), ',') AS other_fact_ids,
    o.page_id
FROM outermost AS o
INNER JOIN rows_of_ratings AS r ON o.row_no = r.row_no
LEFT JOIN not_taken AS n ON o.row_no = n.row_no
ORDER BY kpi_id
