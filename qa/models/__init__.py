"""The encoder as a loaded object, and where its weights come from."""
