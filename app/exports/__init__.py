"""Workbooks sent upward."""
