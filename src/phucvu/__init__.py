"""Phục Vụ: the live scorecard of how well public offices serve people and businesses."""

__version__ = "0.1.0"
