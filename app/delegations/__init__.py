"""审批委托: who approves for whom, and when."""
