"""Organisations: bureaus, stations, laboratories."""
