"""Sampling tasks given to a team and a laboratory."""
