"""lm-evaluation-harness sample logs -> samples."""
