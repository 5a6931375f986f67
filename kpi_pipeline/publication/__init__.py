"""The publication: what readers open, made from a built warehouse. Nothing here builds a table or knows Dagster."""
