"""The hand-written DuckDB queries that the SQL models are measured beside, over the made-up facts of `sql.py`.

Belongs here: the queries. Does not belong here: running and timing them. `LEAST` gives the numbers of the wide table:
of what pages say of a body and year the best page, its shares and counts side by side, what the shares add to. `SAME`
gives every column of `kpi_province_year_wide`, value for value: also the order of sources, what disagrees, the level
that is computed, the flags, the names and whose facts they are.

Both know what the models have to find out: numbers are whole and exact, a page speaks once of a body and level, nothing
is a target, a bound or a population, no unit is spelled in two ways and every province code is that of its year.
"""

LEAST = """
WITH stated AS (
    SELECT
        province, province_valid_from, left(period_end, 4) AS year, scope, unit_name, subject, page_id, count(*) AS n
    FROM read_parquet({facts})
    WHERE indicator = 'task_completion_rating' AND comparator = 'eq' AND modality = 'actual'
    GROUP BY ALL
),

best AS (
    FROM stated
    QUALIFY row_number() OVER (
        PARTITION BY province, province_valid_from, year, scope, unit_name, subject ORDER BY n DESC, page_id
    ) = 1
)

SELECT
    fact.province, fact.province_valid_from, best.year, fact.scope, fact.unit_name, fact.subject, fact.page_id,
    max(value) FILTER (measure = 'total') AS total,
    max(value) FILTER (measure = 'share' AND levels = 'excellent') AS share_excellent,
    max(value) FILTER (measure = 'share' AND levels = 'good') AS share_good,
    max(value) FILTER (measure = 'share' AND levels = 'completed') AS share_completed,
    max(value) FILTER (measure = 'share' AND levels = 'not_completed') AS share_not_completed,
    max(value) FILTER (measure = 'count' AND levels = 'excellent') AS count_excellent,
    max(value) FILTER (measure = 'count' AND levels = 'good') AS count_good,
    max(value) FILTER (measure = 'count' AND levels = 'completed') AS count_completed,
    max(value) FILTER (measure = 'count' AND levels = 'not_completed') AS count_not_completed,
    sum(value) FILTER (measure = 'share') AS share_sum,
    abs(share_sum - 100) > 0.5 AS is_off,
    string_agg(fact_id, ',' ORDER BY fact_id) AS fact_ids
FROM read_parquet({facts}) AS fact
JOIN best USING (province, province_valid_from, scope, unit_name, subject, page_id)
GROUP BY ALL
ORDER BY ALL
"""
"""Wants `facts`, the files of validated facts."""

SAME = """
WITH stated AS (
    SELECT
        province, province_valid_from, left(period_end, 4) AS year, scope, unit_name, subject, page_id,
        max(value) FILTER (measure = 'total') AS total,
        max(value) FILTER (measure = 'share' AND levels = 'excellent') AS share_excellent,
        max(value) FILTER (measure = 'share' AND levels = 'good') AS share_good,
        max(value) FILTER (measure = 'share' AND levels = 'completed') AS share_completed,
        max(value) FILTER (measure = 'share' AND levels = 'not_completed') AS share_not_completed,
        max(value) FILTER (measure = 'count' AND levels = 'excellent') AS count_excellent,
        max(value) FILTER (measure = 'count' AND levels = 'good') AS count_good,
        max(value) FILTER (measure = 'count' AND levels = 'completed') AS count_completed,
        max(value) FILTER (measure = 'count' AND levels = 'not_completed') AS count_not_completed,
        string_agg(fact_id, ',') AS fact_ids
    FROM read_parquet({facts})
    WHERE
        indicator = 'task_completion_rating' AND comparator = 'eq' AND modality = 'actual' AND base = 'assessed'
        AND province IS NOT NULL AND subset IS NULL AND left(period_start, 4) = left(period_end, 4)
        AND NOT contains(flags, 'unplaced') AND NOT contains(flags, 'scope_assumed')
    GROUP BY ALL
),

offered AS (
    SELECT
        s.*,
        p.url,
        row_number() OVER (
            PARTITION BY s.province, s.province_valid_from, s.year, s.scope, s.unit_name, s.subject
            ORDER BY d.domain IS NULL, p.published_on DESC, s.page_id
        ) AS place
    FROM stated AS s
    JOIN read_parquet({pages}) AS p ON s.page_id = p.page_id
    LEFT JOIN read_csv({domains}, all_varchar = true) AS d ON regexp_extract(p.url, '://([^/]+)', 1) = d.domain
),

compared AS (
    SELECT
        province, province_valid_from, year, scope, unit_name, subject,
        any_value(COLUMNS(* EXCLUDE (
            province, province_valid_from, year, scope, unit_name, subject, place
        ))) FILTER (place = 1),
        string_agg(fact_ids, ',') FILTER (place > 1) AS other_fact_ids,
        count(*) AS n_sources,
        greatest(
            max(offered.total) - min(offered.total),
            max(offered.share_excellent) - min(offered.share_excellent),
            max(offered.share_good) - min(offered.share_good),
            max(offered.share_completed) - min(offered.share_completed),
            max(offered.share_not_completed) - min(offered.share_not_completed),
            max(offered.count_excellent) - min(offered.count_excellent),
            max(offered.count_good) - min(offered.count_good),
            max(offered.count_completed) - min(offered.count_completed),
            max(offered.count_not_completed) - min(offered.count_not_completed)
        ) >= 1 AS is_conflict
    FROM offered
    GROUP BY ALL
)

SELECT
    province || '/' || year || '/' || scope || ':' || replace(lower(unit_name), ' ', '_') || '/' || subject
    || '/task_completion_rating' AS kpi_id,
    province AS ref_area, r.name_vi AS province_name, CAST(year AS BIGINT) AS year, scope, unit_name, subject,
    'task_completion_rating' AS indicator, CAST(total AS BIGINT) AS total, share_excellent, share_good,
    share_excellent + share_good AS share_good_or_better, share_completed, share_not_completed,
    share_excellent + share_good + share_completed + share_not_completed AS share_sum,
    CASE WHEN is_conflict THEN 'U' ELSE 'A' END AS obs_status,
    CASE WHEN is_conflict THEN 'computed_good_or_better,conflict' ELSE 'computed_good_or_better' END AS flags,
    url AS source_url, CAST(province_valid_from AS DATE) AS province_valid_from,
    CAST(count_excellent AS BIGINT) AS count_excellent, CAST(count_good AS BIGINT) AS count_good,
    CAST(count_excellent + count_good AS BIGINT) AS count_good_or_better,
    CAST(count_completed AS BIGINT) AS count_completed, CAST(count_not_completed AS BIGINT) AS count_not_completed,
    n_sources,
    array_to_string(list_sort(string_split(fact_ids, ',')), ',') AS fact_ids,
    array_to_string(list_sort(string_split(coalesce(other_fact_ids, ''), ',')), ',') AS other_fact_ids,
    page_id
FROM compared
JOIN read_csv({provinces}, all_varchar = true) AS r
    ON province = r.iso_3166_2 AND province_valid_from = r.valid_from
ORDER BY kpi_id
"""
"""Wants `facts` and `pages`, files of the lake, and `domains` and `provinces`, reference tables."""
