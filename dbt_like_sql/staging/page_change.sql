-- One row a page that is no longer what it was at the last publication, with what happened to it.
WITH compared AS (
    SELECT
        coalesce(p.page_id, o.page_id) AS page_id,
        CASE
            WHEN p.page_id IS NULL AND w.page_id IS NOT NULL THEN 'withdrawal'
            WHEN p.page_id IS NULL THEN 'lost_page'
            WHEN o.page_id IS NULL THEN 'new_page'
            WHEN p.page_version <> o.page_version THEN 'new_version'
            WHEN (p.source_url, p.published_on, p.day_source, p.source_province)
                IS DISTINCT FROM (o.source_url, o.published_on, o.day_source, o.source_province)
                THEN 'new_metadata'
            WHEN c.page_id IS NOT NULL THEN 'correction'
        END AS cause,
        CASE WHEN p.page_id IS NULL THEN w.reason END AS reason
    FROM staging.page AS p
    FULL JOIN history.dim_page AS o ON p.page_id = o.page_id
    LEFT JOIN history.withdrawn_page AS w ON o.page_id = w.page_id
    LEFT JOIN (SELECT DISTINCT page_id FROM staging.correction_change) AS c ON p.page_id = c.page_id
)

SELECT
    page_id,
    cause,
    reason
FROM compared
WHERE cause IS NOT NULL
