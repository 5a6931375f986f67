-- One row a fact with the row it speaks of and what it allows, rounding included; of populations only the latest point
-- that is stated in the year, no result later than the day its page was published. `group_hash` is shared by what one
-- page says of one row and period, `cell` by its statements about one level and measure.
WITH placed AS (
    SELECT
        r.row_no,
        r.is_addable,
        f.fact_id,
        f.page_id,
        f.group_id,
        f.indicator,
        f.level,
        f.measure,
        f.value,
        f.comparator,
        f.period_start,
        f.period_end,
        f.annual,
        f.flags,
        f.span_start,
        r.modality,
        CASE WHEN f.comparator IN ('ge', 'gt') THEN 2 WHEN f.comparator IN ('le', 'lt') THEN 3 ELSE 1 END AS side,
        CASE
            WHEN f.comparator NOT IN ('eq', 'approx') OR NOT regexp_matches(f.quote, '[.,]') THEN 0
            WHEN f.value = floor(f.value) AND regexp_matches(f.quote, '[.,]\d{3}\D*$') THEN 0
            ELSE len(regexp_extract(f.quote, '[.,]\s*(\d+)\D*$', 1))
        END AS decimals
    FROM staging.yearly_fact AS f
    INNER JOIN staging.kpi_row AS r ON f.row_hash = r.row_hash
),

points AS (
    SELECT
        f.*,
        least(
            f.period_end || CASE len(f.period_end) WHEN 4 THEN '-12-31' WHEN 7 THEN '-31' ELSE '' END,
            CASE f.modality WHEN 'actual' THEN CAST(p.published_on AS VARCHAR) END
        ) AS point
    FROM placed AS f
    LEFT JOIN staging.page AS p ON f.page_id = p.page_id
    WHERE f.indicator = 'population'
),

kept AS (
    SELECT * FROM placed
    WHERE indicator <> 'population'
    UNION ALL BY NAME
    SELECT * EXCLUDE (point) FROM points
    QUALIFY point = max(point) OVER (PARTITION BY row_no)
),

measured AS (
    SELECT
        *,
        CASE
            WHEN comparator = 'eq' THEN 0.5 * pow(10, -decimals)
            WHEN side > 1 THEN 0
            WHEN decimals > 0 OR value = 0 THEN pow(10, -decimals)
            ELSE pow(10, len(CAST(CAST(value AS BIGINT) AS VARCHAR))
                - len(rtrim(CAST(CAST(value AS BIGINT) AS VARCHAR), '0')))
        END AS leeway,
        hash(row_no, page_id, annual, period_start, period_end) AS group_hash
    FROM kept
)

SELECT
    group_hash,
    hash(group_hash, level, measure) AS cell,
    row_no,
    page_id,
    annual,
    period_start,
    period_end,
    level,
    measure,
    side,
    value,
    comparator,
    fact_id,
    flags,
    group_id,
    span_start,
    is_addable,
    leeway,
    CASE side WHEN 3 THEN CAST('-infinity' AS DOUBLE) ELSE value - leeway END AS at_least,
    CASE side WHEN 2 THEN CAST('infinity' AS DOUBLE) ELSE value + leeway END AS at_most
FROM measured
