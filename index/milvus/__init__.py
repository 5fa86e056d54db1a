"""An index in Milvus, on any number of machines: the same ranking on candidates found elsewhere."""
