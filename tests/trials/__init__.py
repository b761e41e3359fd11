"""Trials: what is tried on demand and takes longer than everyday tests may; `python -m tests.trials`."""
