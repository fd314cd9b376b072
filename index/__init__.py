"""Documents in, hits out: reading, chunking, embedding, searching, storing."""
