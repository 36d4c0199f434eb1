"""How well the defaults find labelled anomalies in public data: one command, one table."""
