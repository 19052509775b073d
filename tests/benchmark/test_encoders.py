from __future__ import annotations

from qa.benchmark.encoders import measure, to_markdown
from qa.settings import Settings

TEXTS = ["The kestrel hovers above the field.", "It weighs 184 grams.", "The Rhine is long. " * 9]


def test_each_way_makes_the_same_vectors(settings: Settings) -> None:
    found = measure(TEXTS, settings, 1)
    assert len(found) >= 3
    assert all(speed > 0 for speed, _ in found.values())
    assert all(cosine > 0.99 for _, cosine in found.values())
    assert found["this program"][1] > 0.999999
    assert to_markdown(found).splitlines()[2].endswith("| 1.00 | 1.00000 |")
