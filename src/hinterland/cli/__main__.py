"""`python -m hinterland.cli` is the program `hinterland`."""

from hinterland.cli import main

main()
