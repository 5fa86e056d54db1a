"""A corpus in a language that its model does not know: told when the index is opened."""

from __future__ import annotations

import numpy as np

from index.corpus import NewsIndex
from index.text.accents import is_foreign
from index.text.syllables import syllables

_SAMPLE = 50
# Pieces a syllable: multilingual models need 1.1 to 1.5 for Vietnamese, English ones 2.2 and more.
_TOO_MANY = 2.0


def mismatch(news: NewsIndex) -> str | None:
    """A warning that names the language and the model; None when they get on.

    A model shows that it does not know a language by cutting its syllables into pieces.
    """
    view = news.snapshot
    pieces = getattr(news.encoder, "pieces", None)
    if pieces is None:
        return None
    alive = view.catalog().rows
    if not len(alive):
        return None
    rows = alive[np.linspace(0, len(alive) - 1, min(_SAMPLE, len(alive))).astype(int)]
    texts = [view.article(int(row)).text[:500] for row in rows]
    vietnamese = [text for text in texts if not is_foreign(text)]
    if 2 * len(vietnamese) <= len(texts):
        return None
    spread = pieces(vietnamese) / max(1, sum(len(syllables(text)) for text in vietnamese))
    if spread < _TOO_MANY:
        return None
    return (
        f"the articles are in Vietnamese, and the model {news.encoder.spec.name} cuts their "
        f"syllables into {spread:.1f} pieces each: it hardly knows the language; index them again "
        "with a multilingual model, or with the embedded one by setting none"
    )
