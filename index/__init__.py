"""Raw files in, a searchable index on disk out, and the search over it."""
