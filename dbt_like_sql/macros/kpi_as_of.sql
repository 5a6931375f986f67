-- The KPI table as it was known at the end of a day.
SELECT * EXCLUDE (publication, cause, ended_publication, end_cause)
FROM marts.kpi_history
WHERE known_from <= CAST(day AS DATE) AND (known_to IS NULL OR known_to > CAST(day AS DATE))
ORDER BY kpi_id
