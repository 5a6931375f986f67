-- One row a disputed cell and a statement of it: what pages say there cannot all hold, rounding included.
-- A cell whose page contradicts itself has no row in the KPI tables: here are its numbers, none of them taken.
WITH said_by_several AS (
    SELECT *
    FROM staging.placed_cell
    WHERE row_no IN (SELECT row_no FROM staging.page_group WHERE place = 2) OR said_by IS NOT NULL
),

disputed AS (
    SELECT number_hash
    FROM said_by_several
    GROUP BY number_hash
    HAVING max(at_least) > min(at_most) - 1e-9
),

statements AS (
    SELECT
        row_no,
        level,
        measure,
        place = 1 AND NOT is_ambiguous AS is_of_taken,
        coalesce(fact_id, computed_from) AS fact_ids,
        unnest(string_split(coalesce(said_by, fact_id, computed_from), ',')) AS fact_id
    FROM said_by_several
    WHERE number_hash IN (SELECT number_hash FROM disputed)
),

named AS (
    SELECT
        r.key_start || '/' || s.level || '/' || s.measure || r.key_end
        || CASE WHEN k.is_one_of_two THEN '/' || k.comparator ELSE '' END AS kpi_id,
        CASE
            WHEN k.is_ambiguous THEN 'within_page'
            WHEN k.is_conflict THEN 'taken_and_other'
            ELSE 'not_taken'
        END AS kind,
        s.fact_id,
        s.is_of_taken AND contains(s.fact_ids, s.fact_id) AS is_taken
    FROM statements AS s
    INNER JOIN staging.kpi_row AS r
        ON s.row_no = r.row_no AND r.is_first_spelling AND (r.term IS NULL OR r.year = split_part(r.term, '/', 1))
    LEFT JOIN staging.kpi AS k
        ON s.row_no = k.row_no AND s.level = k.level AND s.measure = k.measure AND (k.is_ambiguous OR k.is_conflict)
),

sides AS (
    SELECT
        kpi_id,
        fact_id,
        max(kind) AS kind,
        bool_or(is_taken) AS is_taken
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
