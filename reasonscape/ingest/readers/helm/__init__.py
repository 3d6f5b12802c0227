"""HELM run folders -> samples."""
