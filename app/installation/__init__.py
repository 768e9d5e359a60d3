"""备份和体检: what the system administrator sees and starts on a page of what keeps the installation alive."""
