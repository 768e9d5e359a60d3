"""全局检索: one box for numbers, firms and products, over an index of pairs of characters."""
