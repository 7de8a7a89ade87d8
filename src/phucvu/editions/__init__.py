"""Editions of the scorecard in use here, and which of them scores a period."""
