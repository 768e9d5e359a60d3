"""法定期限: every running clock with its reasons, extensions and pauses."""
