"""Answers from an index: retrieve, draft, verify, record."""
