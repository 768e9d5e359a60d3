"""审批签名, read and verified: who signed what, whether it still stands, and what has changed since."""
