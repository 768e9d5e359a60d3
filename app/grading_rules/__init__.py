"""风险分级规则: rule sets as dated data, and trying one out."""
