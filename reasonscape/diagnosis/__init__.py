"""Findings of several lenses in, hypotheses and next steps out."""
