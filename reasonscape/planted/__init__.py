"""Stores with known truth: planted failure mechanisms for tests, demos and power questions."""
