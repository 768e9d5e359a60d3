"""导入格式对照: how the columns of an unknown layout are read, remembered per laboratory."""
