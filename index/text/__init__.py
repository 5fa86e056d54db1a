"""Pure functions on strings: nothing here knows of files, articles or indexes."""
