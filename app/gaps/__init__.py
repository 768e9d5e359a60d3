"""What to sample next: the plan's gaps, ranked, with the reasons."""
