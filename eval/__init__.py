"""Questions in, a report that can be trusted out."""
