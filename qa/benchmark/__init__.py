"""``python -m qa.benchmark``: what the program costs, by the size of the corpus."""
