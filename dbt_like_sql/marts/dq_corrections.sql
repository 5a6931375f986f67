-- One row a row of the corrections file, with what it did. A correction is about a fact, so it may have changed
-- several mentions of it; its outcome and place are those of the mention that went furthest, the first of them.
WITH mentions AS (
    SELECT fact_id, 1 AS outcome_rank, 'accepted' AS outcome, NULL AS rule_id, sentence, span_start, span_end
    FROM lake.validated_facts
    UNION ALL BY NAME
    SELECT fact_id, 2 AS outcome_rank, 'quarantined' AS outcome, rule_id, sentence, span_start, span_end
    FROM lake.quarantined_facts
    UNION ALL BY NAME
    SELECT fact_id, 3 AS outcome_rank, 'merged' AS outcome, NULL AS rule_id, sentence, span_start, span_end
    FROM lake.merged_facts
),

applied AS (
    SELECT
        a.*,
        m.outcome,
        m.rule_id,
        m.sentence,
        m.span_start,
        m.span_end,
        row_number() OVER (
            PARTITION BY a.correction_id
            ORDER BY m.outcome_rank, m.span_start, a.fact_id
        ) AS place,
        count(*) OVER (PARTITION BY a.correction_id) AS n_mentions,
        string_agg(a.fact_id, ',' ORDER BY a.fact_id) OVER (PARTITION BY a.correction_id) AS fact_ids
    FROM lake.applied_corrections AS a
    LEFT JOIN mentions AS m ON a.fact_id = m.fact_id
    WHERE a.fact_id IS NOT NULL
)

SELECT
    a.correction_id,
    a.action,
    a.field,
    nullif(a.old_value, '') AS old_value,
    nullif(a.new_value, '') AS new_value,
    a.outcome,
    a.rule_id,
    a.reason,
    a.who,
    CAST(a.corrected_on AS DATE) AS corrected_on,
    a.n_mentions,
    a.fact_ids,
    a.page_id,
    p.page,
    p.source_url,
    CAST(a.published_on AS DATE) AS published_on,
    a.quote,
    a.sentence,
    a.span_start,
    a.span_end
FROM applied AS a
LEFT JOIN staging.page AS p ON a.page_id = p.page_id
WHERE a.place = 1
ORDER BY a.page_id, a.span_start, a.correction_id
