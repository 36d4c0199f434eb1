"""What an exam says of a detector and its threshold. One file, one metric."""
