"""监督检查: records of inspections, their findings and publication."""
