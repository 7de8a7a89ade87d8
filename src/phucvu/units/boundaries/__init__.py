"""Boundaries of units: read, checked, simplified, stored, and served as GeoJSON."""

from phucvu.units.boundaries.giving import LEVELS, drawn, of
from phucvu.units.boundaries.loading import BoundaryReport, load
from phucvu.units.boundaries.reading import BoundaryError, Shape, read

__all__ = ["LEVELS", "BoundaryError", "BoundaryReport", "Shape", "drawn", "load", "of", "read"]
