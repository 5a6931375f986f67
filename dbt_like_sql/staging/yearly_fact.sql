-- One row a fact and year whose row it may stand in: placed, of the whole population, about one calendar year (a
-- population: about a point in it), and of a body with a name: unnamed ones of two pages need not be the same. A page
-- with the bytes of another says nothing anew, and none speaks of a territory that began after its day. What is aimed at
-- for every year of a term (`term`) comes once for each of its years in which the province stood in the boundaries of
-- that day or older ones; a stretch of more than ten years is no term.
WITH placed AS NOT MATERIALIZED (
    SELECT
        *,
        CASE WHEN scope <> 'province' THEN nullif(trim(unit_name), '') END AS body,
        CASE
            WHEN measure = 'total' OR levels = '' THEN '_T'
            WHEN levels = 'excellent+good' THEN 'good_or_better'
            WHEN levels = 'completed+excellent+good' THEN 'completed_or_better'
            WHEN levels = 'clean_strong+exemplary' THEN 'clean_strong_or_better'
            ELSE levels
        END AS level
    FROM lake.validated_facts
    WHERE
        province IS NOT NULL
        AND province_valid_from IS NOT NULL
        AND subset IS NULL
        AND (scope IN ('province', 'national') OR trim(unit_name) <> '')
        AND page_id NOT IN (SELECT page_id FROM staging.page WHERE copy_of IS NOT NULL)
        AND NOT contains(',' || flags || ',', ',unplaced,')
        AND NOT contains(',' || flags || ',', ',scope_assumed,')
),

spread AS (
    SELECT
        *,
        unnest(range(CAST(left(period_start, 4) AS BIGINT), CAST(left(period_end, 4) AS BIGINT) + 1)) AS term_year
    FROM placed
    WHERE
        annual
        AND modality = 'target'
        AND indicator <> 'population'
        AND CAST(left(period_end, 4) AS BIGINT) - CAST(left(period_start, 4) AS BIGINT) BETWEEN 1 AND 10
),

yearly AS (
    SELECT
        *,
        left(period_end, 4) AS year,
        NULL AS term
    FROM placed
    WHERE
        left(period_start, 4) = left(period_end, 4)
        AND CAST(province_valid_from AS DATE) <= CAST(published_on AS DATE)
        AND CASE
            WHEN indicator = 'population' AND period_start = period_end THEN TRUE
            ELSE substr(period_start, 5) IN ('', '-01', '-01-01') AND substr(period_end, 5) IN ('', '-12', '-12-31')
        END
    UNION ALL BY NAME
    SELECT
        s.* EXCLUDE (term_year) REPLACE (CAST(p.province_valid_from AS VARCHAR) AS province_valid_from),
        CAST(s.term_year AS VARCHAR) AS year,
        left(s.period_start, 4) || '/' || left(s.period_end, 4) AS term
    FROM spread AS s
    INNER JOIN staging.province AS p
        ON s.province = p.ref_area
        AND make_date(s.term_year, 12, 31)
        BETWEEN p.province_valid_from AND coalesce(p.province_valid_to, DATE '9999-12-31')
        AND p.province_valid_from <= CAST(s.published_on AS DATE)
)

SELECT
    hash(
        province, province_valid_from, year, scope, body, subject, indicator, modality, base, term
    ) AS row_hash,
    fact_id,
    page_id,
    group_id,
    province AS ref_area,
    province_valid_from,
    year,
    term,
    scope,
    body AS unit_name,
    subject,
    indicator,
    level,
    measure,
    value,
    comparator,
    base,
    period_start,
    period_end,
    annual,
    modality,
    flags,
    span_start,
    quote
FROM yearly
