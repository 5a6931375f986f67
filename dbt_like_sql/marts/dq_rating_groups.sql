-- One row a rating group: the shares of one population on one page.
SELECT
    g.group_id,
    g.page_id,
    CAST(g.published_on AS DATE) AS published_on,
    g.province,
    g.scope,
    g.unit_name,
    g.subset,
    g.subject,
    g.indicator,
    g.period_start,
    g.period_end,
    g.annual,
    g.modality,
    g.base,
    g.n_terms,
    g.share_sum,
    g.tolerance,
    g.verdict,
    g.fact_ids,
    p.source_url,
    p.page
FROM lake.rating_groups AS g
LEFT JOIN staging.page AS p ON g.page_id = p.page_id
ORDER BY g.group_id
