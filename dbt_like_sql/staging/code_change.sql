-- One row in all: whether the code that reads pages, and that which makes tables, is another than at the last publication.
SELECT
    coalesce(bool_or(NOT reads_as_now), FALSE) AS reads_otherwise,
    coalesce(bool_or(NOT builds_as_now), FALSE) AS builds_otherwise
FROM history.publication
WHERE number = (SELECT max(number) FROM history.publication)
