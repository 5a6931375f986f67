-- One row a fact that may stand in a row of a year: placed, of the whole population, about one calendar year
-- (a population: about the latest point stated in that year). `key_start` and `key_end` are what the readable key
-- says before and after level and measure; together they name one row of the wide kind.
WITH placed AS (
    SELECT
        f.fact_id,
        f.page_id,
        f.group_id,
        f.province AS ref_area,
        CAST(f.province_valid_from AS DATE) AS province_valid_from,
        CAST(left(f.period_end, 4) AS BIGINT) AS year,
        f.scope,
        CASE WHEN f.scope <> 'province' THEN nullif(trim(f.unit_name), '') END AS unit_name,
        f.subject,
        f.indicator,
        CASE
            WHEN f.measure = 'total' OR f.levels = '' THEN '_T'
            WHEN f.levels = 'excellent+good' THEN 'good_or_better'
            WHEN f.levels = 'completed+excellent+good' THEN 'completed_or_better'
            WHEN f.levels = 'clean_strong+exemplary' THEN 'clean_strong_or_better'
            ELSE f.levels
        END AS level,
        f.measure,
        f.value,
        f.comparator,
        f.base,
        f.period_start,
        f.period_end,
        f.annual,
        f.modality,
        f.flags,
        f.span_start,
        CASE
            WHEN NOT regexp_matches(f.quote, '[.,]') THEN 0
            WHEN f.value = floor(f.value) AND regexp_matches(f.quote, '[.,]\d{3}\D*$') THEN 0
            ELSE len(regexp_extract(f.quote, '[.,]\s*(\d+)\D*$', 1))
        END AS decimals
    FROM lake.validated_facts AS f
    WHERE
        f.province IS NOT NULL
        AND f.province_valid_from IS NOT NULL
        AND f.subset IS NULL
        AND NOT contains(',' || f.flags || ',', ',unplaced,')
        AND left(f.period_start, 4) = left(f.period_end, 4)
        AND CASE
            WHEN f.indicator = 'population' AND f.period_start = f.period_end THEN TRUE
            ELSE substr(f.period_start, 5) IN ('', '-01', '-01-01') AND substr(f.period_end, 5) IN ('', '-12', '-12-31')
        END
),

keyed AS (
    SELECT
        f.*,
        f.ref_area
        || CASE WHEN p.next_valid_from <= make_date(f.year, 12, 31) THEN '@' || f.province_valid_from ELSE '' END
        || '/' || f.year || '/' || f.scope
        || coalesce(':' || replace(regexp_replace(lower(f.unit_name), '\s+', '_', 'g'), '/', '-'), '')
        || '/' || f.subject || '/' || f.indicator AS key_start,
        CASE WHEN f.modality = 'actual' THEN '' ELSE '/' || f.modality END
        || CASE WHEN f.base = 'assessed' THEN '' ELSE '/of:' || f.base END AS key_end,
        CASE
            WHEN f.comparator IN ('ge', 'gt') THEN '2 low'
            WHEN f.comparator IN ('le', 'lt') THEN '3 high'
            ELSE '1 point'
        END AS side,
        CASE
            WHEN f.comparator = 'eq' THEN 0.5 * pow(10, -f.decimals)
            WHEN f.comparator <> 'approx' THEN 0
            WHEN f.decimals > 0 OR f.value = 0 THEN pow(10, -f.decimals)
            ELSE pow(10, len(CAST(CAST(f.value AS BIGINT) AS VARCHAR))
                - len(rtrim(CAST(CAST(f.value AS BIGINT) AS VARCHAR), '0')))
        END AS leeway
    FROM placed AS f
    LEFT JOIN staging.province AS p
        ON f.ref_area = p.ref_area AND f.province_valid_from = p.province_valid_from
),

points AS (
    SELECT
        *,
        period_end || CASE len(period_end) WHEN 4 THEN '-12-31' WHEN 7 THEN '-31' ELSE '' END AS point
    FROM keyed
    WHERE indicator = 'population'
),

kept AS (
    SELECT * FROM keyed
    WHERE indicator <> 'population'
    UNION ALL BY NAME
    SELECT * EXCLUDE (point) FROM points
    QUALIFY point = max(point) OVER (PARTITION BY key_start, key_end)
)

SELECT
    fact_id,
    page_id,
    group_id,
    key_start,
    key_end,
    ref_area,
    province_valid_from,
    year,
    scope,
    unit_name,
    subject,
    indicator,
    level,
    measure,
    side,
    value,
    comparator,
    base,
    period_start,
    period_end,
    annual,
    modality,
    flags,
    span_start,
    leeway,
    CASE side WHEN '3 high' THEN CAST('-infinity' AS DOUBLE) ELSE value - leeway END AS at_least,
    CASE side WHEN '2 low' THEN CAST('infinity' AS DOUBLE) ELSE value + leeway END AS at_most
FROM kept
