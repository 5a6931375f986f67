-- One row a group of statements of one page, and its place among the groups that other pages offer for the same row:
-- exact before approximate or bounded, complete and consistent, rank of the source, later day, smaller page id.
-- Beside it what the group gives for a sum of its two best levels, where both stand as exact numbers and no number
-- of their sum does.
WITH grouped AS (
    SELECT
        key_start,
        key_end,
        page_id,
        annual,
        period_start,
        period_end,
        max(group_id) AS group_id,
        bool_and(best.comparator = 'eq') AS exact,
        NOT bool_or(ambiguous OR contains(',' || best.flags || ',', ',share_mismatch,')) AS consistent,
        any_value(indicator) = 'task_completion_rating'
        AND any_value(modality) = 'actual'
        AND any_value(base) IN ('assessed', 'all') AS may_be_added,
        max(best) FILTER (WHERE level = 'excellent' AND measure = 'share' AND NOT ambiguous) AS share_excellent,
        max(best) FILTER (WHERE level = 'good' AND measure = 'share' AND NOT ambiguous) AS share_good,
        max(best) FILTER (WHERE level = 'good_or_better' AND measure = 'share') AS share_both,
        max(best) FILTER (WHERE level = 'excellent' AND measure = 'count' AND NOT ambiguous) AS count_excellent,
        max(best) FILTER (WHERE level = 'good' AND measure = 'count' AND NOT ambiguous) AS count_good,
        max(best) FILTER (WHERE level = 'good_or_better' AND measure = 'count') AS count_both,
        any_value(ref_area) AS ref_area,
        any_value(province_valid_from) AS province_valid_from,
        any_value(year) AS year,
        any_value(scope) AS scope,
        min(unit_name) AS unit_name,
        any_value(subject) AS subject,
        any_value(indicator) AS indicator,
        any_value(base) AS base,
        any_value(modality) AS modality
    FROM staging.cell
    GROUP BY key_start, key_end, page_id, annual, period_start, period_end
),

judged AS (
    SELECT
        g.*,
        coalesce(r.verdict = 'complete', FALSE) AS complete,
        p.source_rank,
        p.published_on,
        p.source_url
    FROM grouped AS g
    LEFT JOIN lake.rating_groups AS r ON g.group_id = r.group_id
    LEFT JOIN staging.page AS p ON g.page_id = p.page_id
)

SELECT
    key_start,
    key_end,
    page_id,
    annual,
    period_start,
    period_end,
    ref_area,
    province_valid_from,
    year,
    scope,
    unit_name,
    subject,
    indicator,
    base,
    modality,
    group_id,
    source_url,
    row_number() OVER (
        PARTITION BY key_start, key_end
        ORDER BY
            exact OR complete DESC,
            complete DESC,
            consistent DESC,
            source_rank,
            published_on DESC,
            page_id,
            annual,
            period_start,
            period_end
    ) AS place,
    CASE
        WHEN may_be_added
            AND share_excellent.comparator = 'eq' AND share_good.comparator = 'eq'
            AND (share_both IS NULL OR share_both.side <> '1 point' OR share_both.comparator <> 'eq')
            THEN [share_excellent, share_good]
    END AS addable_shares,
    CASE
        WHEN may_be_added
            AND count_excellent.comparator = 'eq' AND count_good.comparator = 'eq'
            AND (count_both IS NULL OR count_both.side <> '1 point' OR count_both.comparator <> 'eq')
            THEN [count_excellent, count_good]
    END AS addable_counts
FROM judged
