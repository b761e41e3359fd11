"""Work on case files: records added, one list made of many cases, documents given out and corrected."""
