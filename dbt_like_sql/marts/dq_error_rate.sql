-- One row a gold set, indicator and grade: precision and recall of the extractor that built this warehouse.
SELECT
    r.gold_set,
    r.kind,
    r.tuned,
    r.indicator,
    r.grade,
    r.n_texts,
    r.n_gold,
    r.hit,
    r.missed,
    r.invented,
    r.forgiven,
    r.precision,
    r.precision_low,
    r.precision_high,
    r.precision_floor,
    r.recall,
    r.recall_low,
    r.recall_high,
    r.recall_floor
FROM lake.error_rate AS r
ORDER BY r.gold_set, r.indicator, r.grade
