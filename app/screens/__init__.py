"""大屏 (领导驾驶舱): the key figures of a plan on one page for a wall."""
