"""一户一档: the elements of an enterprise's archive."""
