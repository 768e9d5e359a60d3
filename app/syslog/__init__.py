"""日志外送: security events and the heads of the history chain, sent to a log server out of the recorded rows."""
