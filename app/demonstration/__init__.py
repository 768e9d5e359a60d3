"""A believable demonstration county (演示县): invented names, plausible numbers, made through the product's own doors."""
