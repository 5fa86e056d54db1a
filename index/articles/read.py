"""Files -> articles: every file of a folder, whatever it is kept in, cleaned and dated.

What cannot be read is told with its reason, and the rest goes on. Raw files are never changed.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from index.articles.formats import Fields, Problem, Record
from index.articles.formats.containers import Meter, read_file
from index.articles.formats.fields import checked
from index.articles.furniture import Furniture, learn, strip
from index.articles.names import spelled
from index.articles.page import Page, read_page
from index.errors import SettingsError
from index.text.syllables import syllables
from index.text.unicode import clean
from index.types import Article, digest_of

_LONGEST_TITLE = 300
_LONGEST_WORD = re.compile(r"\S{10000}")
_FEWEST_SYLLABLES = 2
# So many articles, or characters, are held back until the furniture of their sources is learned.
_LEARN_ARTICLES, _LEARN_CHARACTERS = 3_000, 32_000_000


@dataclass(frozen=True, slots=True)
class Rejected:
    """What gave no article, or not all of one: where it came from and why, in one line.

    ``path`` is the file, with the name of the member behind it when the file is an archive;
    ``line`` counts from 1.
    """

    path: str
    reason: str
    line: int | None = None


_Found = tuple[Article | Rejected, int | None]


def read_articles(
    path: Path,
    *,
    fields: Fields | None = None,
    today: date | None = None,
    meter: Meter | None = None,
) -> Iterator[Article | Rejected]:
    """The articles of a file or of every file below a folder, in the order of their names.

    ``fields`` says under which names rows keep title, text, url, source, author, published and id
    (``{"title": "headline"}``). An article's id is what the field ``id`` maps to or ``_id`` holds,
    else its url, else its path below ``path`` with the row's own ``id`` or number behind it. Dates
    after ``today`` are not believed. ``meter`` is told how far reading has come.

    Raises SettingsError when there is no ``path`` or ``fields`` names what no article has.
    """
    if not path.exists():
        raise SettingsError(f"there is no file or folder {path}")
    meter = Meter() if meter is None else meter
    found = _read(path.resolve(), checked(fields or {}), today or date.today(), meter)
    return _without_furniture(_once(found))


def _read(root: Path, fields: Fields, today: date, meter: Meter) -> Iterator[_Found]:
    """Every article with the line that it stands in, where its file holds many."""
    folder = root if root.is_dir() else root.parent
    unreadable: list[OSError] = []
    for path in files_below(root, unreadable.append):
        name = spelled(path.relative_to(folder))
        if not path.is_file():
            yield Rejected(spelled(path), "not a file that can be read"), None
            continue
        try:
            for member, found in read_file(path, fields, meter):
                inner = f"/{spelled(Path(member))}" if member else ""
                place = f"{spelled(path)}{inner}"
                if isinstance(found, Problem):
                    yield Rejected(place, found.reason, found.line), found.line
                else:
                    for item in _articles(found, f"{name}{inner}", place, today):
                        yield item, found.line
        except OSError as error:
            yield _unreadable(path, error), None
    for reason in unreadable:
        yield _unreadable(Path(reason.filename), reason), None


def _unreadable(path: Path, error: OSError) -> Rejected:
    return Rejected(spelled(path), f"cannot be read: {error.strerror or error}")


def files_below(
    root: Path, unreadable: Callable[[OSError], object] | None = None
) -> Iterator[Path]:
    """``root`` itself, or all files below it in a stable order.

    Hidden ones, links to folders, and the questions and judgments that stand beside the corpus of a
    BEIR folder are passed over; ``unreadable`` is told of folders that are.
    """
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root, onerror=unreadable):
        passed_over: tuple[str, ...] = (".",)
        if "qrels" in folders and {"queries.jsonl", "queries.jsonl.gz"} & set(names):
            passed_over = (".", "qrels", "queries.")
        folders[:] = sorted(name for name in folders if not name.startswith(passed_over))
        for name in sorted(names):
            if not name.startswith(passed_over):
                yield Path(folder) / name


def _articles(record: Record, name: str, place: str, today: date) -> Iterator[Article | Rejected]:
    """The article of a record; a date that it cannot have is rejected by itself."""
    text = clean(record.text)
    if _LONGEST_WORD.search(text):
        yield Rejected(place, "a word of 10,000 characters: not a text", record.line)
        return
    page = read_page(text, today, clean(record.title), find_title=record.page)
    if record.published and record.published > today:
        reason = f"published in the future ({record.published}): indexed without a date"
        yield Rejected(place, reason, record.line)
    article = _article(record, page, name, place, today)
    lacking = _too_little(article)
    yield Rejected(place, lacking, record.line) if lacking else article


def _too_little(article: Article) -> str | None:
    few = len(syllables(article.text[:1000])) < _FEWEST_SYLLABLES
    return "no text in it" if few else None


def identity(record: Record) -> str | None:
    """What names the article of ``record`` wherever it is kept; None when only its place does."""
    return _line(record.id) or _url(record)


def _url(record: Record) -> str | None:
    return clean(record.url) if record.url else None


def _article(record: Record, page: Page, name: str, place: str, today: date) -> Article:
    row = _line(record.key) or record.line
    url = _url(record)
    stated = record.published if record.published and record.published <= today else None
    return _digested(
        Article(
            id=identity(record) or (f"{name}#{row}" if row else name),
            title=page.title[:_LONGEST_TITLE],
            text=page.text,
            url=url,
            source=_line(record.source) or _host(url) or page.source,
            author=_line(record.author) or page.author,
            published=stated or page.published,
            path=place,
        )
    )


def _digested(article: Article) -> Article:
    return replace(article, digest=digest_of(article.title, article.text))


def _line(value: str | None) -> str | None:
    return " ".join(clean(value).split())[:_LONGEST_TITLE] or None if value else None


def _host(url: str | None) -> str | None:
    return (urlsplit(url).hostname or "").removeprefix("www.") or None if url else None


def _once(found: Iterable[_Found]) -> Iterator[_Found]:
    """Of articles with one id the first; an archive that holds both does not say which is newer."""
    seen: set[str] = set()
    for item, line in found:
        if isinstance(item, Article) and item.id in seen:
            reason = f"a second article with the id {item.id}"
            yield Rejected(item.path or item.id, reason, line), line
        else:
            if isinstance(item, Article):
                seen.add(item.id)
            yield item, line


def _without_furniture(found: Iterator[_Found]) -> Iterator[Article | Rejected]:
    """The first articles are held back to learn from; later ones of their sources profit, too."""
    held: list[_Found] = []
    characters = 0
    for item, line in found:
        held.append((item, line))
        characters += len(item.text) if isinstance(item, Article) else 0
        if len(held) >= _LEARN_ARTICLES or characters >= _LEARN_CHARACTERS:
            break
    texts: dict[str | None, list[str]] = defaultdict(list)
    for item, _ in held:
        if isinstance(item, Article):
            texts[item.source].append(item.text)
    learned = {source: learn(of_source) for source, of_source in texts.items()}
    for item, line in chain(held, found):
        if isinstance(item, Article):
            yield _stripped(item, line, learned.get(item.source, Furniture()))
        else:
            yield item


def _stripped(article: Article, line: int | None, furniture: Furniture) -> Article | Rejected:
    text, removed = strip(article.text, furniture)
    if not removed:
        return article
    stripped = _digested(replace(article, text=text))
    lacking = _too_little(stripped)
    return Rejected(article.path or article.id, lacking, line) if lacking else stripped
