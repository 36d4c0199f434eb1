"""Where data come from: one file here for each kind of file that is read."""
