"""Text into numbers: tokenizers, compressors, the loop finder."""
