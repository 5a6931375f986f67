-- One row a page of a day that the code of the last publication had yet to read.
WITH page_day AS (
    SELECT page_id, published_on FROM staging.page
    UNION
    SELECT page_id, published_on FROM history.dim_page
)

SELECT DISTINCT p.page_id
FROM page_day AS p
INNER JOIN history.late_day AS d ON p.published_on = d.published_on
