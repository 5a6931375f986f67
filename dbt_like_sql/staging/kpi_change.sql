-- One row a row of the KPI table that came, changed or went since the last publication, and why. What happened to a page
-- comes first: to the one that the row is or was taken from, to others that its group was taken from or that speak of
-- the same, to those whose facts stood beside it. A row that goes is held to more: a withdrawal must be of a page that
-- its own facts stood on, a correction of a fact that stood in its group (areas, year, unit, subject and indicator).
-- Else it was our code, where it is not that of the last publication or that one left the page's day to be read late;
-- `unexplained` where neither holds. Before the first publication every page is new, and so is every row.
WITH is_later AS (
    SELECT page_id FROM history.dim_page
    UNION ALL
    SELECT kpi_id FROM history.kpi_history
),

stands AS (
    SELECT * FROM staging.kpi_number
    WHERE EXISTS (SELECT * FROM is_later)
),

said AS (
    SELECT
        kpi_id, ref_area, province_valid_from, province_name, time_period, scope, subject, indicator, level, modality,
        measure, obs_value, unit_measure, obs_status, comparator, method, computed_value, computed_how, computed_from,
        n_sources, source_url, fact_ids, period_start, period_end, unit_name, base, annual, conflict, flags,
        other_fact_ids, page_id
    FROM history.kpi_history
    WHERE known_to IS NULL
),

changed AS (
    SELECT
        coalesce(n.kpi_id, o.kpi_id) AS kpi_id,
        split_part(coalesce(n.kpi_id, o.kpi_id), '/' || coalesce(n.level, o.level) || '/', 1) AS key_start,
        coalesce(n.modality, o.modality) AS modality,
        coalesce(n.base, o.base) AS base,
        n.kpi_id IS NULL AS is_gone,
        o.page_id AS old_page_id,
        n.page_id AS new_page_id,
        concat_ws(',', o.fact_ids, o.computed_from) AS own_fact_ids,
        o.other_fact_ids AS beside_fact_ids
    FROM said AS o
    FULL JOIN stands AS n ON o.kpi_id = n.kpi_id
    WHERE
        o.kpi_id IS NULL
        OR n.kpi_id IS NULL
        OR (
            o.ref_area, o.province_valid_from, o.province_name, o.time_period, o.scope, o.subject, o.indicator,
            o.level, o.modality, o.measure, o.obs_value, o.unit_measure, o.obs_status, o.comparator, o.method,
            o.computed_value, o.computed_how, o.computed_from, o.n_sources, o.source_url, o.fact_ids,
            o.period_start, o.period_end, o.unit_name, o.base, o.annual, o.conflict, o.flags,
            o.other_fact_ids, o.page_id
        ) IS DISTINCT FROM (
            n.ref_area, n.province_valid_from, n.province_name, n.time_period, n.scope, n.subject, n.indicator,
            n.level, n.modality, n.measure, n.obs_value, n.unit_measure, n.obs_status, n.comparator, n.method,
            n.computed_value, n.computed_how, n.computed_from, n.n_sources, n.source_url, n.fact_ids,
            n.period_start, n.period_end, n.unit_name, n.base, n.annual, n.conflict, n.flags,
            n.other_fact_ids, n.page_id
        )
),

taken AS (
    SELECT key_start, modality, base, old_page_id AS page_id FROM changed
    UNION
    SELECT key_start, modality, base, new_page_id AS page_id FROM changed
    UNION
    SELECT r.key_start, r.modality, r.base, g.page_id
    FROM staging.kpi_row AS r
    INNER JOIN staging.page_group AS g ON r.row_no = g.row_no
),

involved AS (
    SELECT
        c.kpi_id,
        t.page_id,
        CASE t.page_id WHEN c.old_page_id THEN 1 WHEN c.new_page_id THEN 2 ELSE 3 END AS nearness,
        coalesce(t.page_id = c.old_page_id, FALSE) AS is_own
    FROM changed AS c
    INNER JOIN taken AS t ON c.key_start = t.key_start AND c.modality = t.modality AND c.base = t.base
    UNION ALL
    SELECT c.kpi_id, f.page_id, 2 AS nearness, TRUE AS is_own
    FROM (SELECT kpi_id, unnest(string_split(own_fact_ids, ',')) AS fact_id FROM changed) AS c
    INNER JOIN history.fact_observation AS f ON c.fact_id = f.fact_id
    UNION ALL
    SELECT c.kpi_id, f.page_id, 4 AS nearness, FALSE AS is_own
    FROM (SELECT kpi_id, unnest(string_split(beside_fact_ids, ',')) AS fact_id FROM changed) AS c
    INNER JOIN history.fact_observation AS f ON c.fact_id = f.fact_id
),

stood_or_stands AS (
    SELECT kpi_id, level, modality, base, fact_ids, computed_from, other_fact_ids FROM said
    UNION ALL
    SELECT kpi_id, level, modality, base, fact_ids, computed_from, other_fact_ids FROM stands
),

fact_of_group AS (
    SELECT
        split_part(kpi_id, '/' || level || '/', 1) AS key_start,
        modality,
        base,
        unnest(string_split(concat_ws(',', fact_ids, computed_from, other_fact_ids), ',')) AS fact_id
    FROM stood_or_stands
),

corrected_group AS (
    SELECT DISTINCT
        f.key_start,
        f.modality,
        f.base
    FROM fact_of_group AS f
    INNER JOIN staging.correction_change AS c ON f.fact_id = c.fact_id
),

told_by_page AS (
    SELECT
        i.kpi_id,
        arg_min(p.cause, (i.nearness, p.cause)) AS cause,
        arg_min(p.reason, (i.nearness, p.cause)) AS reason
    FROM involved AS i
    INNER JOIN staging.page_change AS p ON i.page_id = p.page_id
    INNER JOIN changed AS c ON i.kpi_id = c.kpi_id
    LEFT JOIN corrected_group AS g ON c.key_start = g.key_start AND c.modality = g.modality AND c.base = g.base
    WHERE
        NOT c.is_gone
        OR CASE p.cause
            WHEN 'withdrawal' THEN i.is_own
            WHEN 'correction' THEN g.key_start IS NOT NULL
            ELSE TRUE
        END
    GROUP BY i.kpi_id
),

late AS (
    SELECT DISTINCT i.kpi_id
    FROM involved AS i
    INNER JOIN staging.late_page AS p ON i.page_id = p.page_id
)

SELECT
    c.kpi_id,
    CASE
        WHEN t.cause IS NOT NULL THEN t.cause
        WHEN NOT (code.reads_otherwise OR code.builds_otherwise OR l.kpi_id IS NOT NULL) THEN 'unexplained'
        WHEN c.old_page_id <> c.new_page_id THEN 'other_source_taken'
        WHEN code.reads_otherwise OR l.kpi_id IS NOT NULL THEN 'better_extraction'
        ELSE 'table_change'
    END AS cause,
    CASE t.cause WHEN 'withdrawal' THEN t.reason END AS reason
FROM changed AS c
CROSS JOIN staging.code_change AS code
LEFT JOIN told_by_page AS t ON c.kpi_id = t.kpi_id
LEFT JOIN late AS l ON c.kpi_id = l.kpi_id
UNION ALL
SELECT kpi_id, 'new_page', NULL FROM staging.kpi_number
WHERE NOT EXISTS (SELECT * FROM is_later)
