"""How long the default job takes, and how much memory: one command, one table."""
