"""Printed documents and labels, and their templates."""
