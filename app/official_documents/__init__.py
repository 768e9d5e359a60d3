"""执法文书: numbered documents and the proof of their delivery."""
