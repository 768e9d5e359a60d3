"""Disposal of nonconforming food (核查处置)."""
