-- One row a cell of a group with the group's place: what the page states there, and beside an exact number of its own
-- the one that its other numbers give. Where they alone give one, it stands by itself, even beside a bound or an
-- approximate number (but for what is only left of 100, which stands beside that one); not where the page states
-- several exact numbers that contradict each other.
WITH beside AS (
    SELECT c.*
    FROM staging.computed_cell AS c
    INNER JOIN staging.cell AS r
        ON c.cell = r.cell AND (r.comparator = 'eq' OR (r.comparator = 'approx' AND c.computed_how = 'complement'))
),

alone AS (
    SELECT c.*
    FROM staging.computed_cell AS c
    ANTI JOIN beside AS b ON c.cell = b.cell
)

SELECT
    hash(r.row_no, r.level, r.measure) AS number_hash,
    r.group_hash,
    r.row_no,
    r.page_id,
    r.level,
    r.measure,
    g.place,
    'reported' AS method,
    r.value,
    r.comparator,
    r.fact_id AS fact_ids,
    c.value AS computed_value,
    c.computed_how,
    c.computed_from,
    r.flags,
    r.own_least,
    r.own_most,
    r.at_least,
    r.at_most,
    r.is_ambiguous,
    r.upper_value,
    r.upper_comparator,
    r.upper_fact_id,
    r.upper_flags,
    r.said_by
FROM staging.cell AS r
INNER JOIN staging.page_group AS g ON r.group_hash = g.group_hash
LEFT JOIN beside AS c ON r.cell = c.cell
UNION ALL
SELECT
    hash(a.row_no, a.level, a.measure),
    a.group_hash,
    a.row_no,
    g.page_id,
    a.level,
    a.measure,
    g.place,
    'computed',
    a.value,
    'eq',
    a.computed_from,
    a.value,
    a.computed_how,
    a.computed_from,
    a.flags,
    a.own_least,
    a.own_most,
    a.own_least,
    a.own_most,
    FALSE,
    NULL,
    NULL,
    NULL,
    NULL,
    a.computed_from
FROM alone AS a
INNER JOIN staging.page_group AS g ON a.group_hash = g.group_hash
