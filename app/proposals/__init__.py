"""Proposed quotas: distributions, raised frequencies, strata, and the comparison of plans of two levels."""
