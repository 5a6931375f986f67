-- One row a province, year, scope and unit whose party members or party organisations pages count. Each figure is a
-- row of `kpi_province_year` of its own and may be of another page. Of results only numbers are shown, no bounds; of a
-- target also what it asks for at least, flagged `bounded`.
WITH figures AS (
    SELECT
        r.ref_area,
        r.province_valid_from,
        r.province_name,
        r.year,
        r.scope,
        r.unit_name,
        regexp_replace(r.key_start, '/[^/]+/[^/]+$', '') AS kpi_id,
        CASE r.indicator WHEN 'party_members_admitted' THEN r.indicator ELSE r.subject END
        || CASE r.modality WHEN 'target' THEN '/target' ELSE '' END AS figure,
        CAST(k.value AS BIGINT) AS value,
        k.comparator,
        k.period_end,
        k.flags,
        k.is_conflict,
        k.source_url,
        k.fact_ids,
        k.other_fact_ids
    FROM staging.kpi AS k
    INNER JOIN staging.kpi_row AS r ON k.row_no = r.row_no AND r.is_first_spelling
    WHERE
        k.measure = 'count'
        AND k.level = '_T'
        AND r.base = 'assessed'
        AND r.term IS NULL
        AND NOT k.is_ambiguous
        AND (k.comparator IN ('eq', 'approx') OR (r.modality = 'target' AND k.comparator IN ('ge', 'gt')))
        AND (
            (r.indicator = 'party_members_admitted' AND r.subject = 'party_member')
            OR (
                r.indicator = 'population' AND r.modality = 'actual' AND r.subject IN (
                    'party_member', 'grassroots_party_organisation', 'grassroots_party_committee',
                    'grassroots_party_cell', 'subordinate_party_cell', 'upper_party_committee'
                )
            )
        )
)

SELECT
    kpi_id,
    any_value(ref_area) AS ref_area,
    any_value(CAST(province_valid_from AS DATE)) AS province_valid_from,
    any_value(province_name) AS province_name,
    any_value(CAST(year AS BIGINT)) AS year,
    any_value(scope) AS scope,
    min(unit_name) AS unit_name,
    max(value) FILTER (WHERE figure = 'party_member') AS party_members,
    max(period_end) FILTER (WHERE figure = 'party_member') AS party_members_at,
    max(value) FILTER (WHERE figure = 'party_members_admitted') AS members_admitted,
    max(value) FILTER (WHERE figure = 'party_members_admitted/target') AS members_admitted_target,
    max(value) FILTER (WHERE figure = 'grassroots_party_organisation') AS grassroots_party_organisations,
    max(value) FILTER (WHERE figure = 'grassroots_party_committee') AS grassroots_party_committees,
    max(value) FILTER (WHERE figure = 'grassroots_party_cell') AS grassroots_party_cells,
    max(value) FILTER (WHERE figure = 'subordinate_party_cell') AS subordinate_party_cells,
    max(value) FILTER (WHERE figure = 'upper_party_committee') AS upper_party_committees,
    CASE
        WHEN bool_or(is_conflict) THEN 'U'
        WHEN bool_or(comparator <> 'eq') THEN 'E'
        ELSE 'A'
    END AS obs_status,
    array_to_string(list_sort(list_distinct(list_filter(
        string_split(concat_ws(
            ',',
            string_agg(nullif(flags, ''), ','),
            CASE WHEN bool_or(comparator = 'approx') THEN 'approximate' END,
            CASE WHEN bool_or(comparator IN ('ge', 'gt')) THEN 'bounded' END,
            CASE WHEN bool_or(is_conflict) THEN 'conflict' END
        ), ','),
        lambda flag: flag <> ''
    ))), ',') AS flags,
    string_agg(DISTINCT source_url, ' ' ORDER BY source_url) AS source_urls,
    string_agg(DISTINCT fact_ids, ',' ORDER BY fact_ids) AS fact_ids,
    array_to_string(list_sort(list_distinct(string_split(
        coalesce(string_agg(nullif(other_fact_ids, ''), ','), ''), ','
    ))), ',') AS other_fact_ids
FROM figures
GROUP BY kpi_id
ORDER BY kpi_id
