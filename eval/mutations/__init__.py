"""True sentences of the corpora, falsified by rule: what the verifier must object to.

The hand-written pairs (``sets/verifier.md``) are paraphrases made false; these are sentences as
they stand with one thing altered, as a model that copies carelessly writes them. They cost
nothing to make, so every law is tried, and no author's habits are in them.
"""
