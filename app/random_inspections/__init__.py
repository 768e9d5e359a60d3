"""双随机抽查: pools, draws, teams, results."""
