"""All that is kept: the home, the lake by day, the warehouse and its publication. Nothing here understands pages."""
