"""The optional language model: it words an answer, and what it says is confirmed or dropped."""
