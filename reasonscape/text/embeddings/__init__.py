"""Texts into vectors, by one of several methods behind one interface."""
