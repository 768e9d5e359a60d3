"""Random draws that anybody can replay."""
