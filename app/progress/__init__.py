"""Progress of plans: sampled, completed and refused against the pace, and the balance meter."""
