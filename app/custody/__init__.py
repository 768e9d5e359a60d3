"""Custody of samples: taken, sealed, handed over, received; backup samples, photographs, signatures."""
