"""What visitors thought of answers: kept in a local file, and turned into evaluation questions."""

from __future__ import annotations

from qa.feedback.keeping import FeedbackFile, Kept
from qa.feedback.questions import from_feedback
from qa.feedback.rating import Rating, Verdict

__all__ = ["FeedbackFile", "Kept", "Rating", "Verdict", "from_feedback"]
