"""移送、协查、通报: what was sent to others, their receipt and reply."""
