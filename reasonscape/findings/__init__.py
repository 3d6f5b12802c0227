"""Claims with numbers: what a lens may say, and by which rule it may say it."""
