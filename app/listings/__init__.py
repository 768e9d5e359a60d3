"""严重违法失信名单: entry and removal."""
