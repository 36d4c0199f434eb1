"""What a detector should see: grids turned into grids. One file, one feature."""
