"""One reader a log format: a file as its harness wrote it -> samples."""
