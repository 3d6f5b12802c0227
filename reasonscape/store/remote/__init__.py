"""Logs and stores behind a URL: found, copied and kept in step through fsspec."""
