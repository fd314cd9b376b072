"""What is measured, each measure with its definition and source."""
