"""监测: what a monitoring system may ask."""
