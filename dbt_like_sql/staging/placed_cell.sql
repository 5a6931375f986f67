-- One row a cell of a group with the group's place: what the page states there, and beside an exact number of its own
-- the one that its other numbers give. Where they alone give one, it stands by itself, even beside a bound or an
-- approximate number (but for what is only left of 100, which stands beside that one); not where the page states
-- several exact numbers that contradict each other.
WITH stated AS (
    SELECT
        *,
        CASE comparator WHEN 'eq' THEN 2 WHEN 'approx' THEN 1 ELSE 0 END AS exactness
    FROM staging.cell
),

computed AS (
    SELECT
        *,
        CASE computed_how WHEN 'complement' THEN 1 ELSE 2 END AS stands_beside
    FROM staging.computed_cell
)

SELECT
    hash(g.row_no, coalesce(r.level, c.level), coalesce(r.measure, c.measure)) AS number_hash,
    g.group_hash,
    g.row_no,
    coalesce(r.level, c.level) AS level,
    coalesce(r.measure, c.measure) AS measure,
    g.place,
    CASE WHEN r.cell IS NULL THEN 'computed' ELSE 'reported' END AS method,
    coalesce(r.value, c.value) AS value,
    coalesce(r.comparator, 'eq') AS comparator,
    r.fact_id,
    c.value AS computed_value,
    c.computed_how,
    c.computed_from,
    coalesce(r.flags, c.flags) AS flags,
    coalesce(r.own_least, c.own_least) AS own_least,
    coalesce(r.own_most, c.own_most) AS own_most,
    coalesce(r.at_least, c.own_least) AS at_least,
    coalesce(r.at_most, c.own_most) AS at_most,
    coalesce(r.is_ambiguous, FALSE) AS is_ambiguous,
    r.upper_value,
    r.upper_comparator,
    r.upper_fact_id,
    r.upper_flags,
    r.said_by
FROM stated AS r
FULL JOIN computed AS c ON r.cell = c.cell AND r.exactness >= c.stands_beside
INNER JOIN staging.page_group AS g ON coalesce(r.group_hash, c.group_hash) = g.group_hash
