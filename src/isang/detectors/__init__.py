"""Who learns what is usual and says how strange each row is. One file, one detector."""
