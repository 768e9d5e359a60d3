"""常用语: what people write again and again in 意见, their own and the office's."""
