"""Readers: one native log format a file -> Sample records, and the import that stores them."""
