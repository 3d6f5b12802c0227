"""Tables of sample records -> samples."""
