"""安全告警 and 校验锚点: what the security administrator must look at, and where the head of the history chain is kept besides."""
