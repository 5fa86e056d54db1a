"""What verification lets through of claims that are wrong in one thing.

    python -m benchmarks.verification FOLDER [FOLDER ...]

Every sentence of the articles is claimed as it stands, its first two thirds, and with one thing
changed: a year, a number, a name, a word for its opposite (eval/near_misses.py), a "không" added or
taken away; each cites the sentence that it was made of. Besides, it is claimed of the next one.
A language model's claims are not so neat, but these are known to be wrong.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from eval.near_misses import changes
from index.articles.read import read_articles
from index.encoders.registry import open_encoder
from index.text.mentions import names
from index.text.sentences import sentence_spans
from index.types import Article
from qa.polarity import OPPOSITE
from qa.types import Citation, Claim
from qa.verify import verify

_SEED = 4
_NEGATED = re.compile(r"\b(?:không|chưa)\s+")
_VERB = re.compile(r"(?<=\s)(?=(?:được|có|phải|bị|thể|tham gia|tổ chức|thực hiện)\b)")


def sentences(article: Article) -> list[tuple[int, int]]:
    spans = sentence_spans(article.text)
    return [
        span for span in spans if 40 < span[1] - span[0] < 400 and article.text[span[1] - 1] == "."
    ]


def made(text: str, known: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Claims made of a sentence: what was done to it, and what it says then."""
    words = text.split()
    yield "as it stands", text
    yield "its beginning", " ".join(words[: max(8, 2 * len(words) // 3)])
    for changed in set(changes(text, "", known, chance)):
        if re.findall(r"\d+", changed) != re.findall(r"\d+", text):
            yield "a number or year changed", changed
        elif OPPOSITE.findall(changed) != OPPOSITE.findall(text):
            yield "a word for its opposite", changed
        else:
            yield "a name changed", changed
    if _NEGATED.search(text):
        yield "không taken away", _NEGATED.sub("", text, count=1)
    elif _VERB.search(text):
        yield "không added", _VERB.sub("không ", text, count=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    encoder, chance = open_encoder(None), random.Random(_SEED)
    articles = [
        one
        for folder in options.folders
        for one in read_articles(folder)
        if isinstance(one, Article)
    ]
    known = sorted({name for one in articles for name in names(one.text) if " " in name})
    stood: Counter[str] = Counter()
    tried: Counter[str] = Counter()

    def judge(what: str, text: str, article: Article, span: tuple[int, int]) -> None:
        citation = Citation(1, article, *span, article.text[slice(*span)])
        (claim,) = verify([Claim(text, (citation,), supported=False)], encoder)
        tried[what] += 1
        stood[what] += claim.supported

    for article in articles:
        spans = sentences(article)
        for span in spans:
            for what, text in made(article.text[slice(*span)], known, chance):
                judge(what, text, article, span)
        for span, behind in pairwise(spans):
            judge("of the sentence behind it", article.text[slice(*span)], article, behind)
    for what, count in tried.items():
        print(f"{what:28} {stood[what]:5} of {count:5} stand ({stood[what] / count:.1%})")


if __name__ == "__main__":
    main()
