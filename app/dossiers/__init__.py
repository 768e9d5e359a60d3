"""案卷: the ordered file of a case with its manifest."""
