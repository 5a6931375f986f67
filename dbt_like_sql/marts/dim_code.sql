-- One row a code of a column that has no dimension of its own, with its names.
SELECT
    list AS code_list,
    code,
    name_vi,
    name_en
FROM reference.codes
ORDER BY code_list, code
