"""Exemptions from a rule, asked by one person and decided by another."""
