"""Faults put into rows that are known, judged by a pipeline that has learnt, and what came of them."""
