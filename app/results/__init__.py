"""Laboratory results and their import."""
