"""结果审核 and 退修: results submitted, checked and approved by different people."""
