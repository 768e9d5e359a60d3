"""检验时限: how long laboratories take, and what looks implausible in their numbers."""
