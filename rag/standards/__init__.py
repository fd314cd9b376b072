"""Answers and the program itself, told in the words of published standards."""
