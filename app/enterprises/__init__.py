"""Enterprise register."""
