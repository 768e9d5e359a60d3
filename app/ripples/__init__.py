"""波及清单: everything that an overturned verdict touches, as tasks."""
