"""年度检查安排: which enterprise is due when, from its grade."""
