-- One row a fact that may stand in a row of a year: placed, of the whole population, about one calendar year (a
-- population: about a point in it), and of a body with a name: unnamed ones of two pages need not be the same.
SELECT
    fact_id,
    page_id,
    group_id,
    province AS ref_area,
    province_valid_from,
    left(period_end, 4) AS year,
    scope,
    CASE WHEN scope <> 'province' THEN nullif(trim(unit_name), '') END AS unit_name,
    subject,
    indicator,
    CASE
        WHEN measure = 'total' OR levels = '' THEN '_T'
        WHEN levels = 'excellent+good' THEN 'good_or_better'
        WHEN levels = 'completed+excellent+good' THEN 'completed_or_better'
        WHEN levels = 'clean_strong+exemplary' THEN 'clean_strong_or_better'
        ELSE levels
    END AS level,
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
FROM lake.validated_facts
WHERE
    province IS NOT NULL
    AND province_valid_from IS NOT NULL
    AND subset IS NULL
    AND (scope IN ('province', 'national') OR trim(unit_name) <> '')
    AND NOT contains(',' || flags || ',', ',unplaced,')
    AND left(period_start, 4) = left(period_end, 4)
    AND CASE
        WHEN indicator = 'population' AND period_start = period_end THEN TRUE
        ELSE substr(period_start, 5) IN ('', '-01', '-01-01') AND substr(period_end, 5) IN ('', '-12', '-12-31')
    END
