"""Past scores turned into a number that a score must exceed. One file, one threshold."""
