-- One row a page that landed, with what became of it.
WITH facts AS (
    SELECT page_id, count(*) AS n FROM lake.validated_facts
    GROUP BY page_id
),

quarantined AS (
    SELECT page_id, count(*) AS n FROM lake.quarantined_facts
    GROUP BY page_id
),

merged AS (
    SELECT page_id, count(*) AS n FROM lake.merged_facts
    GROUP BY page_id
),

unread AS (
    SELECT page_id, count(*) AS n FROM lake.unread_numbers
    GROUP BY page_id
)

SELECT
    p.page_id,
    p.page,
    p.source_url,
    p.title,
    p.published_on,
    p.day_source,
    p.captured_on,
    p.status,
    p.reason,
    coalesce(facts.n, 0) AS n_facts,
    coalesce(quarantined.n, 0) AS n_quarantined,
    coalesce(merged.n, 0) AS n_merged,
    coalesce(unread.n, 0) AS n_unread,
    p.source_domain,
    p.source_kind,
    p.source_rank,
    p.source_province,
    p.source_file,
    p.media_type,
    p.language,
    p.encoding,
    p.n_bytes,
    p.n_paragraphs,
    p.page_version,
    p.copy_of
FROM staging.page AS p
LEFT JOIN facts ON p.page_id = facts.page_id
LEFT JOIN quarantined ON p.page_id = quarantined.page_id
LEFT JOIN merged ON p.page_id = merged.page_id
LEFT JOIN unread ON p.page_id = unread.page_id
ORDER BY p.page_id
