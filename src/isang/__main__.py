"""`python -m isang` is `isang`."""

from isang.cli import main

main()
