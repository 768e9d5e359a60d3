"""Dated reference files (参考数据) shipped with the program, and their checked readers."""
