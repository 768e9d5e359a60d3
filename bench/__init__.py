"""Measurements: our path beside a floor without features, alternately, in one run. They print; they fail nothing."""
