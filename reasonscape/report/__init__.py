"""A run's summary as a page for people."""
