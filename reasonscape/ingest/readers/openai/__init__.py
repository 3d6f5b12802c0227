"""OpenAI-style JSON Lines -> samples."""
