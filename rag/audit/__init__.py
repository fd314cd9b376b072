"""Records of what was answered, in a log whose alteration shows."""
