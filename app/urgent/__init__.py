"""限时报告: the report within 24 hours of a serious finding."""
