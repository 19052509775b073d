"""Question + passages -> spans that may answer, and how sure that is."""
