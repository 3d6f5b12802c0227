"""lighteval's details -> samples."""
