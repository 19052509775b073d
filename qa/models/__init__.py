"""The encoder and the reader's models as loaded objects, and where their weights come from."""
