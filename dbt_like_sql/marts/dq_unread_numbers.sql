-- One row a number of a page's text that became no fact.
SELECT
    u.page_id,
    u.span_start,
    u.span_end,
    u.quote,
    u.reason,
    u.phrase,
    p.source_url,
    p.page,
    CAST(u.published_on AS DATE) AS published_on,
    u.page_version
FROM lake.unread_numbers AS u
LEFT JOIN staging.page AS p ON u.page_id = p.page_id
ORDER BY u.page_id, u.span_start, u.span_end
