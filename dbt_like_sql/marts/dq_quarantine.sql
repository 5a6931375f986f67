-- One row a fact that a rule holds, or a page that could not be read.
WITH held AS (
    SELECT
        'fact' AS kind,
        f.fact_id AS item_id,
        f.page_id,
        f.published_on,
        f.rule_id,
        f.reason,
        f.remedy,
        f.quote,
        f.sentence,
        f.span_start,
        f.span_end,
        f.province,
        f.scope,
        f.subject,
        f.indicator,
        f.levels,
        f.measure,
        f.value,
        f.period_start,
        f.period_end,
        f.group_id
    FROM lake.quarantined_facts AS f
    UNION ALL BY NAME
    SELECT
        'page' AS kind,
        c.page_id AS item_id,
        c.page_id,
        c.published_on,
        'page_' || c.status AS rule_id,
        c.status_reason AS reason,
        CASE c.status
            WHEN 'not_vietnamese' THEN 'Nothing to do when the page is not meant to be read; withdraw it to hide it.'
            WHEN 'failed' THEN 'Do what the reason says, or withdraw the page with a reason.'
            ELSE 'Capture the page again and land it, or withdraw it with the reason.'
        END AS remedy
    FROM lake.cleaned_text AS c
    WHERE c.status NOT IN ('ok', 'skipped')
)

SELECT
    h.kind,
    h.item_id,
    h.page_id,
    h.rule_id,
    h.reason,
    h.remedy,
    h.quote,
    h.sentence,
    p.source_url,
    p.page,
    CAST(h.published_on AS DATE) AS published_on,
    h.province,
    h.scope,
    h.subject,
    h.indicator,
    h.levels,
    h.measure,
    h.value,
    h.period_start,
    h.period_end,
    h.span_start,
    h.span_end,
    h.group_id
FROM held AS h
LEFT JOIN staging.page AS p ON h.page_id = p.page_id
ORDER BY h.kind, h.page_id, h.span_start, h.item_id, h.rule_id
