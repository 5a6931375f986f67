-- bridge_kpi_fact: The bridge has the facts that the rows of kpi_province_year name, all of them and no others.
WITH named AS (
    SELECT DISTINCT
        kpi_id,
        unnest(string_split(concat_ws(',', fact_ids, computed_from, nullif(other_fact_ids, '')), ',')) AS fact_id
    FROM marts.kpi_province_year
)

SELECT
    coalesce(n.kpi_id, b.kpi_id) AS kpi_id,
    coalesce(n.fact_id, b.fact_id) AS fact_id,
    CASE WHEN b.kpi_id IS NULL THEN 'not in the bridge' ELSE 'not named by the row' END AS problem
FROM named AS n
FULL JOIN marts.bridge_kpi_fact AS b ON n.kpi_id = b.kpi_id AND n.fact_id = b.fact_id
WHERE n.kpi_id IS NULL OR b.kpi_id IS NULL
ORDER BY kpi_id, fact_id
