"""Rapid tests: never batches."""
