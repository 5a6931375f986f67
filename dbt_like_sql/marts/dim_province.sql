-- One row a province code and the territory it stood for.
SELECT
    ref_area,
    province_valid_from,
    province_valid_to,
    province_name,
    name_ascii,
    province_type,
    region,
    successor,
    province_valid_to IS NULL AS is_current,
    gso_code,
    aliases,
    note
FROM staging.province
ORDER BY ref_area, province_valid_from
