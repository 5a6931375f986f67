-- One row a row that went with a publication from a KPI table beside `kpi_province_year`, where a number that became empty
-- is gone too, or from `fact_observation`, where a statement is lost only if its page says nothing of the same any more.
-- It went for what happened to the facts that it rested on, the nearest first; else it was our code, as in `kpi_change`.
-- 9999-12-31 and the publication 0 stand for the publication to come, which puts its day and number in.
WITH stood AS (
    SELECT 'kpi_province_year_wide' AS table_name, kpi_id AS row_key, fact_ids FROM history.kpi_province_year_wide
    UNION ALL
    SELECT 'kpi_clean_strong_wide', kpi_id, fact_ids FROM history.kpi_clean_strong_wide
    UNION ALL
    SELECT 'kpi_party_membership', kpi_id, fact_ids FROM history.kpi_party_membership
    UNION ALL
    SELECT 'kpi_target_vs_actual', kpi_id, concat_ws(',', target_fact_ids, actual_fact_ids)
    FROM history.kpi_target_vs_actual
    UNION ALL
    SELECT 'kpi_province_year_2025_boundaries', kpi_id, fact_ids FROM history.kpi_province_year_2025_boundaries
    WHERE obs_value IS NOT NULL
),

stands AS (
    SELECT 'kpi_province_year_wide' AS table_name, kpi_id AS row_key FROM marts.kpi_province_year_wide
    UNION ALL
    SELECT 'kpi_clean_strong_wide', kpi_id FROM marts.kpi_clean_strong_wide
    UNION ALL
    SELECT 'kpi_party_membership', kpi_id FROM marts.kpi_party_membership
    UNION ALL
    SELECT 'kpi_target_vs_actual', kpi_id FROM marts.kpi_target_vs_actual
    UNION ALL
    SELECT 'kpi_province_year_2025_boundaries', kpi_id FROM marts.kpi_province_year_2025_boundaries
    WHERE obs_value IS NOT NULL
),

not_found AS (
    SELECT o.* FROM history.fact_observation AS o
    ANTI JOIN marts.fact_observation AS n ON o.fact_id = n.fact_id
),

unsaid AS (
    SELECT o.* FROM not_found AS o
    ANTI JOIN marts.fact_observation AS n
        ON o.page_id = n.page_id
        AND o.scope = n.scope
        AND o.subject = n.subject
        AND o.indicator = n.indicator
        AND o.levels = n.levels
        AND o.measure = n.measure
        AND o.base = n.base
        AND o.modality = n.modality
        AND o.unit_name IS NOT DISTINCT FROM n.unit_name
        AND o.subset IS NOT DISTINCT FROM n.subset
        AND (o.province IS NULL OR o.province = n.province)
        AND (o.period_start IS NULL OR (o.period_start = n.period_start AND o.annual = n.annual))
        AND (o.period_end IS NULL OR o.period_end = n.period_end)
),

gone AS (
    SELECT o.* FROM stood AS o
    ANTI JOIN stands AS n ON o.table_name = n.table_name AND o.row_key = n.row_key
    UNION ALL
    SELECT
        'fact_observation',
        page_id || '/' || concat_ws(
            '/', coalesce(province, 'no_province'), coalesce(period_start || '..' || period_end, 'no_period'),
            scope || coalesce(':' || unit_name, ''), subject, indicator,
            CASE len(levels) WHEN 0 THEN '_T' ELSE array_to_string(levels, '+') END, measure,
            CASE WHEN modality <> 'actual' THEN modality END, CASE WHEN base <> 'assessed' THEN 'of:' || base END,
            CASE WHEN annual THEN 'annual' END, 'subset:' || subset
        ),
        string_agg(fact_id, ',' ORDER BY fact_id)
    FROM unsaid
    GROUP BY ALL
),

told AS (
    SELECT
        g.table_name,
        g.row_key,
        arg_min(c.cause, (c.nearness, c.cause)) AS cause,
        arg_min(c.reason, (c.nearness, c.cause)) AS reason
    FROM (SELECT table_name, row_key, unnest(string_split(fact_ids, ',')) AS fact_id FROM gone) AS g
    INNER JOIN staging.fact_change AS c ON g.fact_id = c.fact_id
    GROUP BY g.table_name, g.row_key
)

SELECT
    table_name,
    row_key,
    publication,
    lost_on,
    cause,
    reason
FROM history.dq_lost_rows
UNION ALL
SELECT
    g.table_name,
    g.row_key,
    CAST(0 AS BIGINT) AS publication,
    DATE '9999-12-31' AS lost_on,
    CASE
        WHEN t.cause IS NOT NULL THEN t.cause
        WHEN code.reads_otherwise THEN 'better_extraction'
        WHEN code.builds_otherwise THEN 'table_change'
        ELSE 'unexplained'
    END AS cause,
    CASE t.cause WHEN 'withdrawal' THEN t.reason END AS reason
FROM gone AS g
CROSS JOIN staging.code_change AS code
LEFT JOIN told AS t ON g.table_name = t.table_name AND g.row_key = t.row_key
ORDER BY table_name, row_key, publication
