"""Documents that a visitor brings along: his own, beside those of everyone, while he is there."""
