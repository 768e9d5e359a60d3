"""安全事故: the register by domain and severity."""
