"""PlanBench's response files -> samples."""
