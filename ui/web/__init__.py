"""The web chat and the HTTP API, in one process."""
