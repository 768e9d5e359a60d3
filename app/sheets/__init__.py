"""Typing sampling sheets fast (抽样单填写): drafts, templates, pickers, numbering."""
