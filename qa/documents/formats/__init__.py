"""One small module a format: bytes in, text as a person would read it out."""
