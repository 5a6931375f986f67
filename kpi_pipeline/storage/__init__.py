"""All that is kept: the home, the lake by day, the warehouse. Nothing here understands pages."""
