"""Yearly sampling plans: quotas on a grid, item sets, their versions and their approval."""
