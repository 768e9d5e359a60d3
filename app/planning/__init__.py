"""Sampling tasks."""
