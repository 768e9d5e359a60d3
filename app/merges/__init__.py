"""企业档案合并: near-duplicates in the register, merged and put back."""
