-- One row a province, year, scope, unit and subject with the results of `task_completion_rating` or
-- `clean_strong_rating` among the assessed, the levels still in maps: what both wide tables are cut from.
-- A share or count is there only where a page gives a number: a bound leaves it out and sets the flag `bounded`; an
-- approximate number is taken unless there is an exact one; of computed numbers levels added up, counts divided by the
-- total, and clean and strong or better as what the other levels leave. What the exact reported shares add to counts no
-- level twice: a set of levels inside another reported set is left out, and `exemplary` where `clean_strong` already
-- has it (they would add to more than 100); there is no sum where reported sets overlap in another way.
WITH rows_of_ratings AS (
    SELECT * FROM staging.kpi_row
    WHERE is_first_spelling AND indicator IN ('task_completion_rating', 'clean_strong_rating') AND key_end = ''
),

marked AS (
    SELECT
        k.*,
        NOT k.is_ambiguous
        AND (k.comparator = 'eq' OR (k.comparator = 'approx' AND NOT k.is_one_of_two)) AS is_number,
        k.measure = 'total' OR k.level IN (
            'excellent', 'good', 'good_or_better', 'completed', 'not_completed',
            'exemplary', 'clean_strong', 'clean_strong_or_better', 'weak'
        ) AS is_shown
    FROM staging.kpi AS k
    WHERE
        k.row_no IN (SELECT row_no FROM rows_of_ratings)
        AND (k.method = 'reported' OR k.computed_how <> 'complement' OR k.level = 'clean_strong_or_better')
),

gathered AS (
    SELECT
        row_no,
        any_value(source_url) AS source_url,
        any_value(page_id) AS page_id,
        max(n_sources) AS n_sources,
        max(value) FILTER (WHERE is_number AND measure = 'total') AS total,
        map_from_entries(
            list({ 'key': level, 'value': value }) FILTER (WHERE is_number AND measure = 'share')
        ) AS shares,
        map_from_entries(
            list({ 'key': level, 'value': CAST(value AS BIGINT) }) FILTER (WHERE is_number AND measure = 'count')
        ) AS counts,
        list({
            'levels': CASE level
                WHEN 'good_or_better' THEN ['excellent', 'good']
                WHEN 'completed_or_better' THEN ['completed', 'excellent', 'good']
                WHEN 'clean_strong_or_better' THEN ['clean_strong', 'exemplary']
                ELSE string_split(level, '+')
            END,
            'value': value
        }) FILTER (
            WHERE is_number AND measure = 'share' AND comparator = 'eq' AND method = 'reported'
            AND level NOT IN ('_T', 'not_assessed')
        ) AS said,
        bool_or(is_number AND is_shown AND comparator = 'approx') AS is_approximate,
        bool_or(comparator NOT IN ('eq', 'approx')) AS is_bounded,
        max('computed_' || level) FILTER (
            WHERE method = 'computed' AND measure = 'share' AND level IN ('good_or_better', 'clean_strong_or_better')
        ) AS cumulated,
        bool_or(is_shown AND method = 'computed' AND computed_how = 'share_of_total') AS is_divided,
        bool_or(is_conflict AND NOT is_ambiguous) AS is_conflict,
        bool_or(is_ambiguous) AS is_ambiguous,
        string_agg(nullif(flags, ''), ',') AS stated_flags
    FROM marked
    GROUP BY row_no
),

-- Numbers that were computed rest on facts that the page states for other cells of the row: those are here already.
facts AS (
    SELECT
        row_no,
        string_agg(concat_ws(',', fact_id, upper_fact_id), ',') FILTER (WHERE place = 1) AS taken,
        string_agg(said_by, ',') FILTER (WHERE place = 1) AS said_again,
        string_agg(coalesce(said_by, fact_id), ',') FILTER (WHERE place > 1) AS said_by_others
    FROM staging.placed_cell
    WHERE method = 'reported' AND row_no IN (SELECT row_no FROM rows_of_ratings)
    GROUP BY row_no
),

counted_once AS (
    SELECT
        * REPLACE (
            CASE
                WHEN shares['exemplary'] IS NOT NULL
                    AND shares['clean_strong'] IS NOT NULL
                    AND list_sum(list_transform(said, lambda one: one.value)) > 100.5
                    THEN list_filter(said, lambda one: one.levels <> ['exemplary'])
                ELSE said
            END AS said
        )
    FROM gathered
),

outermost AS (
    SELECT
        *,
        CASE
            WHEN list_max(list_transform(said, lambda one: len(one.levels))) = 1 THEN said
            ELSE list_filter(
                said,
                lambda one: len(list_filter(
                    said, lambda other: list_has_all(other.levels, one.levels) AND len(other.levels) > len(one.levels)
                )) = 0
            )
        END AS terms
    FROM counted_once
)

SELECT
    r.key_start AS kpi_id,
    r.ref_area,
    CAST(r.province_valid_from AS DATE) AS province_valid_from,
    r.province_name,
    CAST(r.year AS BIGINT) AS year,
    r.scope,
    r.unit_name,
    r.subject,
    r.indicator,
    CAST(o.total AS BIGINT) AS total,
    o.shares,
    o.counts,
    CASE
        WHEN len(flatten(list_transform(o.terms, lambda one: one.levels)))
            = len(list_distinct(flatten(list_transform(o.terms, lambda one: one.levels))))
            THEN round(list_sum(list_transform(o.terms, lambda one: one.value)), 6)
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
            o.cumulated,
            CASE WHEN o.is_divided THEN 'computed_share' END,
            CASE WHEN o.is_conflict THEN 'conflict' END,
            CASE WHEN o.is_ambiguous THEN 'ambiguous' END
        ), ','),
        lambda flag: flag <> ''
    ))), ',') AS flags,
    o.source_url,
    o.n_sources,
    array_to_string(list_sort(string_split(f.taken, ',')), ',') AS fact_ids,
    CASE
        WHEN f.said_again IS NULL THEN coalesce(array_to_string(list_sort(string_split(f.said_by_others, ',')), ','), '')
        ELSE array_to_string(list_sort(list_filter(
            string_split(concat_ws(',', f.said_again, f.said_by_others), ','), lambda fact: NOT contains(f.taken, fact)
        )), ',')
    END AS other_fact_ids,
    o.page_id
FROM outermost AS o
INNER JOIN rows_of_ratings AS r ON o.row_no = r.row_no
INNER JOIN facts AS f ON o.row_no = f.row_no
