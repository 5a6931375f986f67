-- One row a group of statements of one page, and its place among the groups that other pages offer for the same row: a
-- target of the territory's own time (later pages may mean the one that followed), exact before approximate or bounded,
-- complete and consistent, rank of the source, later day, smaller page id.
WITH grouped AS (
    SELECT
        group_hash,
        any_value(row_no) AS row_no,
        any_value(page_id) AS page_id,
        any_value(annual) AS annual,
        any_value(period_start) AS period_start,
        any_value(period_end) AS period_end,
        max(group_id) AS group_id,
        bool_and(comparator = 'eq') AS is_exact,
        NOT bool_or(is_ambiguous OR contains(',' || flags || ',', ',share_mismatch,')) AS is_consistent
    FROM staging.cell
    GROUP BY group_hash
),

judged AS (
    SELECT
        g.*,
        coalesce(r.verdict = 'complete', FALSE) AS is_complete,
        p.source_rank,
        p.published_on,
        p.source_url,
        coalesce(o.modality = 'target' AND p.published_on > o.province_valid_to, FALSE) AS is_late
    FROM grouped AS g
    LEFT JOIN lake.rating_groups AS r ON g.group_id = r.group_id
    LEFT JOIN staging.page AS p ON g.page_id = p.page_id
    INNER JOIN staging.kpi_row AS o ON g.row_no = o.row_no AND o.is_first_spelling
)

SELECT
    group_hash,
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    group_id,
    source_url,
    row_number() OVER (
        PARTITION BY row_no
        ORDER BY
            is_late,
            is_exact OR is_complete DESC,
            is_complete DESC,
            is_consistent DESC,
            source_rank,
            published_on DESC,
            page_id,
            annual,
            period_start,
            period_end
    ) AS place
FROM judged
