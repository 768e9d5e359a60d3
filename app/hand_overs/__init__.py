"""工作移交: the open work of somebody who leaves, handed to others by a reviewer of the office."""
