"""Inspect logs: archives and documents -> samples."""
