"""某一时点的记录: one record as it was known at a past moment, for reviews and audits."""
