"""How the shipped weights were made, reproducibly. Needs the extra ``[train]``."""
