"""Judges the pages of the whole catalogue: `python -m samples.judge`. Needs the `dev` extra and LibreOffice."""
