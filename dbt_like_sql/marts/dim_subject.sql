-- One row a subject: what is counted.
SELECT
    subject,
    name_vi AS subject_name_vi,
    name_en AS subject_name_en,
    subject_group,
    nullif(part_of, '') AS part_of
FROM reference.subjects
ORDER BY subject
