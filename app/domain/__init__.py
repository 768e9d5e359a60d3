"""Rules of the office, pure: standard library only, no clock, no database, no request, no file."""
