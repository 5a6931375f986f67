-- One row a province code and the territory it stood for.
SELECT
    p.ref_area,
    p.province_valid_from,
    p.province_valid_to,
    p.province_name,
    p.name_ascii,
    p.province_type,
    p.region,
    g.name_vi AS region_name_vi,
    g.name_en AS region_name_en,
    p.successor,
    p.province_valid_to IS NULL AS is_current,
    t.ref_area_2025,
    n.province_name AS province_name_2025,
    t.was_merged AS was_merged_2025,
    p.gso_code,
    p.aliases,
    p.note
FROM staging.province AS p
INNER JOIN staging.territory AS t ON p.ref_area = t.ref_area AND p.province_valid_from = t.province_valid_from
LEFT JOIN staging.province AS n ON t.ref_area_2025 = n.ref_area AND n.province_valid_to IS NULL
LEFT JOIN reference.codes AS g ON g.list = 'region' AND p.region = g.code
ORDER BY p.ref_area, p.province_valid_from
