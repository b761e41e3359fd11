"""A file for each command: it reads its options, calls the API, and says what came of it.

What takes long to load is imported when a command runs, so that help and faulty options cost nothing.
"""
