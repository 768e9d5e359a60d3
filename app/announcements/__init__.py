"""外部公示: published lists of others, kept as findings that are never batches."""
