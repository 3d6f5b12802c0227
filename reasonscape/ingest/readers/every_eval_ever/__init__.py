"""Every Eval Ever instance files -> samples."""
