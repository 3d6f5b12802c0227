"""Figures: frozen dataclasses of plain arrays in, plotly figures out; one kind of drawing a file.

`content` holds the dataclasses and imports no plotly; the drawing files do.
"""
