"""The catalogue: one page in two languages that shows a release to people who would rather look than query.

`page.write_catalogue` is the format; what it shows is gathered by one module a section: numbers (with their quotes),
shares (map and charts), quality, dictionary (tables, columns, lineage). Words stand in texts.csv, the places of the
provinces on the map in tiles.csv, the frame, look and behaviour in `assets/`.
"""
