"""风险分级: score sheets, grades, events and the yearly run."""
