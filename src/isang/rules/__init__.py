"""Plain statements beside the detector. One file, one rule."""
