"""企业自查报告: due, received, overdue."""
