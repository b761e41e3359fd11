"""`python -m generator` is the command `biaodan`."""

from generator.cli import main

main()
