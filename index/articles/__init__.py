"""Files to articles: decode, read a format, clean, find title, date, source and author."""
