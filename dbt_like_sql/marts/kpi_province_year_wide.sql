-- Shares are shown as numbers only where a page gives a number: a bound leaves the column empty and sets the flag
-- `bounded`. What the shares add to counts no level twice: a set of levels inside another reported set is left out,
-- and there is no sum where reported sets overlap in another way.
WITH stated AS (
    SELECT
        *,
        comparator IN ('eq', 'approx') AND NOT ambiguous AS is_number,
        CASE level
            WHEN 'good_or_better' THEN ['excellent', 'good']
            WHEN 'completed_or_better' THEN ['completed', 'excellent', 'good']
            ELSE string_split(level, '+')
        END AS levels
    FROM staging.kpi
    WHERE indicator = 'task_completion_rating' AND modality = 'actual' AND base = 'assessed'
),

pivoted AS (
    SELECT
        key_start,
        any_value(ref_area) AS ref_area,
        any_value(province_valid_from) AS province_valid_from,
        any_value(province_name) AS province_name,
        any_value(year) AS year,
        any_value(scope) AS scope,
        any_value(unit_name) AS unit_name,
        any_value(subject) AS subject,
        any_value(indicator) AS indicator,
        any_value(source_url) AS source_url,
        any_value(page_id) AS page_id,
        max(n_sources) AS n_sources,
        max(obs_value) FILTER (WHERE is_number AND measure = 'total') AS total,
        max(obs_value) FILTER (WHERE is_number AND measure = 'share' AND level = 'excellent') AS share_excellent,
        max(obs_value) FILTER (WHERE is_number AND measure = 'share' AND level = 'good') AS share_good,
        max(obs_value) FILTER (
            WHERE comparator = 'eq' AND NOT ambiguous AND measure = 'share' AND level = 'good_or_better'
        ) AS exact_good_or_better,
        max(obs_value) FILTER (WHERE is_number AND measure = 'share' AND level = 'good_or_better') AS any_good_or_better,
        max(obs_value) FILTER (WHERE is_number AND measure = 'share' AND level = 'completed') AS share_completed,
        max(obs_value) FILTER (WHERE is_number AND measure = 'share' AND level = 'not_completed') AS share_not_completed,
        max(obs_value) FILTER (WHERE is_number AND measure = 'count' AND level = 'excellent') AS count_excellent,
        max(obs_value) FILTER (WHERE is_number AND measure = 'count' AND level = 'good') AS count_good,
        max(obs_value) FILTER (
            WHERE is_number AND measure = 'count' AND level = 'good_or_better'
        ) AS count_good_or_better,
        max(obs_value) FILTER (WHERE is_number AND measure = 'count' AND level = 'completed') AS count_completed,
        max(obs_value) FILTER (WHERE is_number AND measure = 'count' AND level = 'not_completed') AS count_not_completed,
        list({'levels': levels, 'value': obs_value}) FILTER (
            WHERE is_number AND method = 'reported' AND measure = 'share' AND level NOT IN ('_T', 'not_assessed')
        ) AS shares,
        bool_or(comparator = 'approx' AND NOT ambiguous) AS approximate,
        bool_or(comparator NOT IN ('eq', 'approx')) AS bounded,
        bool_or(method = 'computed' AND measure = 'share') AS computed_good_or_better,
        bool_or(conflict AND NOT ambiguous) AS conflict,
        bool_or(ambiguous) AS ambiguous,
        string_agg(flags, ',') AS stated_flags,
        list(fact_ids) AS fact_ids,
        list(other_fact_ids) FILTER (WHERE other_fact_ids <> '') AS other_fact_ids
    FROM stated
    GROUP BY key_start
),

not_taken AS (
    SELECT
        c.key_start,
        flatten(list(c.said_by)) AS fact_ids
    FROM staging.cell AS c
    INNER JOIN staging.page_group AS g
        ON c.key_start = g.key_start
        AND c.key_end = g.key_end
        AND c.page_id = g.page_id
        AND c.annual = g.annual
        AND c.period_start = g.period_start
        AND c.period_end = g.period_end
    WHERE g.place > 1 AND g.key_end = '' AND g.indicator = 'task_completion_rating'
    GROUP BY c.key_start
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
    o.key_start AS kpi_id,
    ref_area,
    province_name,
    year,
    scope,
    unit_name,
    subject,
    indicator,
    CAST(total AS BIGINT) AS total,
    share_excellent,
    share_good,
    coalesce(exact_good_or_better, any_good_or_better) AS share_good_or_better,
    share_completed,
    share_not_completed,
    CASE
        WHEN len(flatten(list_transform(terms, lambda term: term.levels)))
            = len(list_distinct(flatten(list_transform(terms, lambda term: term.levels))))
            THEN round(list_sum(list_transform(terms, lambda term: term.value)), 6)
    END AS share_sum,
    CASE
        WHEN contains(',' || stated_flags || ',', ',share_mismatch,') THEN 'U'
        WHEN approximate OR bounded THEN 'E'
        ELSE 'A'
    END AS obs_status,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(concat_ws(
            ',',
            stated_flags,
            CASE WHEN approximate THEN 'approximate' END,
            CASE WHEN bounded THEN 'bounded' END,
            CASE WHEN computed_good_or_better THEN 'computed_good_or_better' END,
            CASE WHEN conflict THEN 'conflict' END,
            CASE WHEN ambiguous THEN 'ambiguous' END
        ), ','),
        lambda flag: flag <> ''
    ))), ',') AS flags,
    source_url,
    province_valid_from,
    CAST(count_excellent AS BIGINT) AS count_excellent,
    CAST(count_good AS BIGINT) AS count_good,
    CAST(count_good_or_better AS BIGINT) AS count_good_or_better,
    CAST(count_completed AS BIGINT) AS count_completed,
    CAST(count_not_completed AS BIGINT) AS count_not_completed,
    n_sources,
    array_to_string(list_sort(list_distinct(string_split(array_to_string(o.fact_ids, ','), ','))), ',') AS fact_ids,
    array_to_string(list_sort(list_distinct(list_filter(
        list_concat(string_split(array_to_string(coalesce(o.other_fact_ids, []), ','), ','), n.fact_ids),
        lambda fact: fact <> '' AND NOT contains(array_to_string(o.fact_ids, ','), fact)
    ))), ',') AS other_fact_ids,
    page_id
FROM outermost AS o
LEFT JOIN not_taken AS n ON o.key_start = n.key_start
ORDER BY kpi_id
