"""`python -m phucvu` is the `phucvu` command."""

from phucvu.cli import main

main()
