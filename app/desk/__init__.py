"""常用查询、批量操作 and 个人偏好: what makes a list the desk of the person who works at it."""
