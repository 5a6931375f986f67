-- kpi_province_year: No fact in quarantine stands behind a number.
SELECT
    b.kpi_id,
    b.fact_id,
    b.role,
    q.rule_id
FROM marts.bridge_kpi_fact AS b
INNER JOIN marts.dq_quarantine AS q ON b.fact_id = q.item_id
ORDER BY b.kpi_id, b.fact_id
