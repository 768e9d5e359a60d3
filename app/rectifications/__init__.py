"""责令改正: orders to rectify, their terms and re-checks."""
