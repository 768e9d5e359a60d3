"""行政处罚: from filing to decision, execution and publication."""
