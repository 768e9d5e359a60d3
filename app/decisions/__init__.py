"""判定复核: a verdict settled or overruled by two people."""
