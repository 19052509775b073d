"""Other programs on the same text, questions, weights and machine, each as it documents itself.

The scripts beside this file are run by path in environments of their own, where this package is
not installed: they import nothing of it. Each reads the path of a JSON file (model, texts,
questions) and prints its figures as JSON: passages a second from texts to a searchable index, and
the milliseconds of each question's ten best passages.
"""
