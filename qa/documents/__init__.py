"""Files -> documents, sentences and passages, with exact offsets."""
