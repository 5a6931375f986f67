-- One row a province, year, scope, unit and subject with the results of `task_completion_rating`.
SELECT
    kpi_id,
    ref_area,
    province_name,
    year,
    scope,
    unit_name,
    subject,
    indicator,
    total,
    shares['excellent'] AS share_excellent,
    shares['good'] AS share_good,
    shares['good_or_better'] AS share_good_or_better,
    shares['completed'] AS share_completed,
    shares['not_completed'] AS share_not_completed,
    share_sum,
    obs_status,
    flags,
    source_url,
    province_valid_from,
    counts['excellent'] AS count_excellent,
    counts['good'] AS count_good,
    counts['good_or_better'] AS count_good_or_better,
    counts['completed'] AS count_completed,
    counts['not_completed'] AS count_not_completed,
    n_sources,
    fact_ids,
    other_fact_ids,
    page_id
FROM staging.rating_row
WHERE indicator = 'task_completion_rating'
ORDER BY kpi_id
