-- One row a cell with a number that may be used, and the day since which it has been published as it stands.
-- 9999-12-31 stands for the day of the publication to come, which the publication puts in.
WITH unchanged AS (
    SELECT kpi_id, known_from FROM history.kpi_history
    WHERE known_to IS NULL AND kpi_id NOT IN (SELECT kpi_id FROM staging.kpi_change)
)

SELECT
    n.kpi_id,
    n.ref_area,
    n.province_valid_from,
    n.province_name,
    n.time_period,
    n.scope,
    n.subject,
    n.indicator,
    n.level,
    n.modality,
    n.measure,
    n.obs_value,
    n.unit_measure,
    n.obs_status,
    n.comparator,
    n.method,
    n.n_sources,
    n.source_url,
    n.fact_ids,
    n.period_start,
    n.period_end,
    n.computed_value,
    n.computed_how,
    n.computed_from,
    n.unit_name,
    n.base,
    n.annual,
    n.conflict,
    n.flags,
    n.other_fact_ids,
    n.page_id,
    coalesce(o.known_from, DATE '9999-12-31') AS known_from,
    CAST(NULL AS DATE) AS known_to
FROM staging.kpi_number AS n
LEFT JOIN unchanged AS o ON n.kpi_id = o.kpi_id
ORDER BY n.kpi_id
