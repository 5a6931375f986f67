-- One row a province and stretch of validity, with the day from which its code means another territory.
SELECT
    iso_3166_2 AS ref_area,
    CAST(valid_from AS DATE) AS province_valid_from,
    CAST(nullif(valid_to, '') AS DATE) AS province_valid_to,
    lead(CAST(valid_from AS DATE)) OVER (PARTITION BY iso_3166_2 ORDER BY valid_from) AS next_valid_from,
    name_vi AS province_name,
    name_ascii,
    type AS province_type,
    region,
    nullif(successor, '') AS successor,
    nullif(aliases, '') AS aliases,
    nullif(gso_code, '') AS gso_code,
    nullif(note, '') AS note
FROM reference.provinces
ORDER BY ref_area, province_valid_from
