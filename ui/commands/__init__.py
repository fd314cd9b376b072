"""One module per command of ``suyuan``."""
