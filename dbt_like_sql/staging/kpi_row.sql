-- One row a province, year, scope, unit, subject, indicator, modality and base that facts speak of (and term, where a
-- target is meant for each year of it), as they spell the unit; spellings of one unit share `row_no`. `key_start` and
-- `key_end` are what the readable key says before and after level and measure; the day a territory began is in it unless
-- its code stood for it, or for no other any more, at the end of the year.
WITH named AS (
    SELECT DISTINCT
        row_hash,
        ref_area,
        province_valid_from,
        year,
        scope,
        unit_name,
        subject,
        indicator,
        modality,
        base,
        term
    FROM staging.yearly_fact
),

keyed AS (
    SELECT
        n.*,
        p.province_name,
        p.province_valid_to,
        n.ref_area
        || CASE
            WHEN make_date(CAST(n.year AS BIGINT), 12, 31) >= p.province_valid_from
                AND make_date(CAST(n.year AS BIGINT), 12, 31) < coalesce(p.next_valid_from, DATE 'infinity')
                THEN ''
            ELSE '@' || n.province_valid_from
        END
        || '/' || n.year || '/' || n.scope
        || coalesce(':' || replace(regexp_replace(lower(n.unit_name), '\s+', '_', 'g'), '/', '-'), '')
        || '/' || n.subject || '/' || n.indicator AS key_start,
        CASE WHEN n.modality = 'actual' THEN '' ELSE '/' || n.modality END
        || CASE WHEN n.base = 'assessed' THEN '' ELSE '/of:' || n.base END
        || coalesce('/term:' || replace(n.term, '/', '-'), '') AS key_end
    FROM named AS n
    LEFT JOIN staging.province AS p
        ON n.ref_area = p.ref_area AND CAST(n.province_valid_from AS DATE) = p.province_valid_from
)

SELECT
    dense_rank() OVER (ORDER BY key_start, key_end) AS row_no,
    row_number() OVER (PARTITION BY key_start, key_end ORDER BY unit_name) = 1 AS is_first_spelling,
    row_hash,
    key_start,
    key_end,
    ref_area,
    province_valid_from,
    province_valid_to,
    province_name,
    year,
    scope,
    unit_name,
    subject,
    indicator,
    modality,
    base,
    term,
    modality = 'actual' AND base IN ('assessed', 'all') AS is_addable
FROM keyed
