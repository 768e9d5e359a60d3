"""People: sign-in, sessions, users."""
