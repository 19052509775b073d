"""How well the engine answers: question sets in, scores with intervals out."""
