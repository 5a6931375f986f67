-- One row a disputed cell and a statement of it.
-- A cell whose page contradicts itself has no row in the KPI tables: here are its numbers, none of them taken.
WITH disputed AS (
    SELECT
        r.key_start || '/' || k.level || '/' || k.measure || r.key_end
        || CASE WHEN k.is_one_of_two THEN '/' || k.comparator ELSE '' END AS kpi_id,
        CASE WHEN k.is_ambiguous THEN 'within_page' ELSE 'taken_and_other' END AS kind,
        k.fact_ids,
        unnest(string_split(concat_ws(',', k.fact_ids, nullif(k.other_fact_ids, '')), ',')) AS fact_id
    FROM staging.kpi AS k
    INNER JOIN staging.kpi_row AS r ON k.row_no = r.row_no AND r.is_first_spelling
    WHERE k.is_ambiguous OR k.is_conflict
),

sides AS (
    SELECT
        kpi_id,
        fact_id,
        max(kind) AS kind,
        bool_or(contains(fact_ids, fact_id)) AS is_used
    FROM disputed
    GROUP BY kpi_id, fact_id
)

SELECT
    d.kpi_id,
    d.kind,
    f.fact_id,
    d.kind = 'taken_and_other' AND d.is_used AS is_taken,
    f.value,
    f.comparator,
    f.quote,
    f.sentence,
    f.page_id,
    p.page,
    p.source_url,
    p.source_kind,
    p.published_on,
    f.span_start,
    f.span_end
FROM sides AS d
INNER JOIN lake.validated_facts AS f ON d.fact_id = f.fact_id
LEFT JOIN staging.page AS p ON f.page_id = p.page_id
ORDER BY d.kpi_id, is_taken DESC, f.fact_id
