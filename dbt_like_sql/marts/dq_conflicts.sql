-- One row a disputed cell and a statement of it: what pages say there cannot all hold, rounding included.
-- A cell whose page contradicts itself has no row in the KPI tables: here are its numbers, none of them taken.
WITH disputed AS (
    SELECT
        row_no,
        level,
        measure,
        coalesce(string_agg(fact_ids, ',') FILTER (WHERE place = 1 AND NOT is_ambiguous), '') AS taken,
        flatten(list(said_by)) AS said_by
    FROM staging.placed_cell
    WHERE
        row_no IN (SELECT row_no FROM staging.page_group WHERE place = 2)
        OR (method = 'reported' AND len(said_by) > 1)
    GROUP BY row_no, level, measure
    HAVING max(at_least) > min(at_most) - 1e-9
),

named AS (
    SELECT
        r.key_start || '/' || d.level || '/' || d.measure || r.key_end
        || CASE WHEN k.is_one_of_two THEN '/' || k.comparator ELSE '' END AS kpi_id,
        CASE
            WHEN k.is_ambiguous THEN 'within_page'
            WHEN k.is_conflict THEN 'taken_and_other'
            ELSE 'not_taken'
        END AS kind,
        d.taken,
        unnest(d.said_by) AS fact_id
    FROM disputed AS d
    INNER JOIN staging.kpi_row AS r
        ON d.row_no = r.row_no AND r.is_first_spelling AND (r.term IS NULL OR r.year = split_part(r.term, '/', 1))
    LEFT JOIN staging.kpi AS k
        ON d.row_no = k.row_no AND d.level = k.level AND d.measure = k.measure AND (k.is_ambiguous OR k.is_conflict)
),

sides AS (
    SELECT
        kpi_id,
        fact_id,
        max(kind) AS kind,
        bool_or(contains(taken, fact_id)) AS is_taken
    FROM named
    GROUP BY kpi_id, fact_id
)

SELECT
    d.kpi_id,
    d.kind,
    f.fact_id,
    d.is_taken,
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
ORDER BY d.kpi_id, d.is_taken DESC, f.fact_id
