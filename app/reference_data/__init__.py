"""Dated reference data in tables."""
