"""Summaries: what was asked to be summarised, and the sentences that say most of it."""
