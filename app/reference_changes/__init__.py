"""基础数据变更: proposed by one person, adopted by another, with what it moves shown beforehand."""
