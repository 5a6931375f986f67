-- One row a cell with a number that may be used, and the day since which it has been published as it stands.
-- 9999-12-31 stands for the day of the publication to come, which the publication puts in.
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
    CASE WHEN c.kpi_id IS NULL THEN o.known_from ELSE DATE '9999-12-31' END AS known_from,
    CAST(NULL AS DATE) AS known_to
FROM staging.kpi_number AS n
LEFT JOIN staging.kpi_change AS c ON n.kpi_id = c.kpi_id
LEFT JOIN history.kpi_history AS o ON n.kpi_id = o.kpi_id AND o.known_to IS NULL
ORDER BY n.kpi_id
