"""Checks of registered sheets: the list of rules, findings of a period, sheets sent back and how often."""
