"""变动告知: who is told that somebody else changed data of theirs."""
