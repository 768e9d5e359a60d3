"""数据接口: reading samples and writing results for laboratory systems."""
