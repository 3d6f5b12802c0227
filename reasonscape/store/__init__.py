"""The store: samples and texts as two Delta Lake tables, written at once, read through DuckDB."""
