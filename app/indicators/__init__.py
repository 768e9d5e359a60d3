"""Figures against the plans."""
