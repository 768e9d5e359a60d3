"""Sampling sheets and batch facts."""
