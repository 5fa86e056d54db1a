"""What an indexed article looked like before it was cleaned, and what went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.articles.formats import Fields, Record
from index.articles.formats.containers import read_file
from index.articles.formats.fields import checked
from index.articles.names import on_disk, spelled
from index.articles.read import identity
from index.errors import StorageFailed
from index.text.sentences import sentence_spans
from index.text.unicode import clean
from index.types import Article

_GONE = "it was moved, changed or deleted after it was indexed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a raw text: ``kept`` is in the article's title or text, the rest was removed."""

    text: str
    kept: bool


def raw_text(article: Article, fields: Fields | None = None) -> str:
    """The text of ``article`` as its file holds it, decoded and otherwise as it is.

    Raises StorageFailed when the file, or the article in it, is no longer there.
    """
    place = article.path or ""
    file = on_disk(place)
    if file is None:
        raise StorageFailed(f"there is no {place}: {_GONE}")
    inside = Path(place).relative_to(spelled(file)).as_posix()
    try:
        for member, found in read_file(file, checked(fields or {})):
            here = spelled(Path(member)) == inside
            if here and isinstance(found, Record) and _is(found, article):
                return found.text
    except OSError as error:
        raise StorageFailed(f"{file} cannot be read: {error.strerror or error}") from error
    raise StorageFailed(f"{file} holds no article {article.id}: {_GONE}")


def _is(record: Record, article: Article) -> bool:
    if known := identity(record):
        return article.id == known
    row = record.key or record.line
    return row is None or article.id.endswith(f"#{row}")


def parts(raw: str, article: Article) -> Iterator[Part]:
    """``raw`` sentence by sentence, told apart by whether the article still has them.

    What stands in it twice and in the article once was kept once.
    """
    left = Counter(_sentences(article.title) + _sentences(article.text))
    for sentence in _sentences(clean(raw)):
        for part in _split(sentence, left):
            if part.text:
                yield part


def _split(sentence: str, left: Counter[str]) -> list[Part]:
    if left[sentence] > 0:
        left[sentence] -= 1
        return [Part(sentence, True)]
    own = [other for other, count in left.items() if count > 0 and _long(other)]
    # Furniture without a full stop, or the name of the newspaper, is glued to a sentence.
    if inner := max((other for other in own if other in sentence), key=len, default=None):
        left[inner] -= 1
        before, after = sentence.split(inner, 1)
        return [Part(before.strip(), False), Part(inner, True), Part(after.strip(), False)]
    # A line of the page is half of a sentence that was put together.
    return [Part(sentence, _long(sentence) and any(sentence in other for other in own))]


def _long(sentence: str) -> bool:
    return sentence.count(" ") >= 3


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]
