-- One row a landed page, with the kind of source that its address tells. The address of a page is looked up
-- from the whole host name upwards (news.x.gov.vn, then x.gov.vn), the longest listed domain wins. Pages of the same
-- bytes are one source: of them stands one whose day is known, with an address, of the best kind, of the latest day.
WITH landed AS (
    SELECT
        coalesce(r.page_id, c.page_id) AS page_id,
        coalesce(r.page_version, c.page_version) AS page_version,
        coalesce(r.url, c.url) AS source_url,
        coalesce(r.published_on, c.published_on) AS published_on,
        coalesce(r.day_source, c.day_source) AS day_source,
        coalesce(r.captured_on, c.captured_on) AS captured_on,
        coalesce(r.source_province, c.source_province) AS source_province,
        coalesce(r.source_file, c.source_file) AS source_file,
        r.media_type,
        r.n_bytes,
        c.title,
        c.n_paragraphs,
        c.language,
        c.encoding,
        coalesce(c.status, 'not_cleaned') AS status,
        CASE
            WHEN c.page_id IS NULL THEN 'The page has landed but has not been cleaned: run its day again.'
            ELSE c.status_reason
        END AS reason
    FROM lake.raw_pages AS r
    FULL JOIN lake.cleaned_text AS c ON r.page_id = c.page_id
),

addressed AS (
    SELECT
        *,
        nullif(regexp_extract(lower(source_url), '^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#]+)', 1), '') AS host,
        regexp_replace(regexp_replace(source_file, '^.*[/\\]', ''), '\.[^.]*$', '') AS page
    FROM landed
),

hosts AS (
    SELECT DISTINCT
        host,
        string_split(host, '.') AS labels
    FROM addressed
    WHERE host IS NOT NULL
),

suffixes AS (
    SELECT
        host,
        unnest(range(1, len(labels) + 1)) AS first_label,
        labels
    FROM hosts
),

known AS (
    SELECT
        s.host,
        arg_min(d.domain, s.first_label) AS source_domain,
        arg_min(d.kind, s.first_label) AS source_kind
    FROM suffixes AS s
    INNER JOIN reference.source_domains AS d ON array_to_string(s.labels[s.first_label:], '.') = d.domain
    GROUP BY s.host
),

ranked AS (
    SELECT
        a.*,
        coalesce(k.source_domain, a.host) AS source_domain,
        coalesce(k.source_kind, 'unknown') AS source_kind,
        CAST(CASE k.source_kind
            WHEN 'government_portal' THEN 1
            WHEN 'party_committee' THEN 2
            WHEN 'party_paper' THEN 3
            WHEN 'provincial_newspaper' THEN 4
            WHEN 'provincial_broadcaster' THEN 4
            WHEN 'national' THEN 5
            ELSE 6
        END AS BIGINT) AS source_rank
    FROM addressed AS a
    LEFT JOIN known AS k ON a.host = k.host
),

standing AS (
    SELECT
        page_version,
        arg_min(
            page_id,
            (day_source = 'captured', source_url IS NULL, source_rank, -epoch(CAST(published_on AS DATE)), page_id)
        ) AS page_id
    FROM ranked
    GROUP BY page_version
    HAVING count(*) > 1
)

SELECT
    a.page_id,
    a.page_version,
    a.page,
    a.source_url,
    CAST(a.published_on AS DATE) AS published_on,
    a.day_source,
    CAST(a.captured_on AS DATE) AS captured_on,
    a.source_province,
    a.source_file,
    a.media_type,
    a.n_bytes,
    a.title,
    a.n_paragraphs,
    a.language,
    a.encoding,
    a.status,
    a.reason,
    a.source_domain,
    a.source_kind,
    a.source_rank,
    nullif(s.page_id, a.page_id) AS copy_of
FROM ranked AS a
LEFT JOIN standing AS s ON a.page_version = s.page_version
