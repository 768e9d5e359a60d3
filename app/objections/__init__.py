"""异议: to the sampling, the authenticity, the method, the standard."""
