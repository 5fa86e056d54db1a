"""A page as crawled, one line after another -> title, body, date, source and author.

What goes is furniture; every line that goes is kept in ``Page.removed`` with the reason, so that
people can check. Where a rule could be wrong, the line stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from index.articles.credits import closing_credit, signature, split_source
from index.articles.leftovers import is_leftover, is_list_heading, is_menu
from index.text.dates import date_line, published_date
from index.text.sentences import sentence_spans
from index.text.unicode import clean

_HEAD = 12  # lines
_HEADLINE = (3, 45)  # words
_SENTENCE, _LONG_LINE = 8, 30  # words of a line that is prose: with a full stop, without
_SHORTEST_REPEAT = 4  # words
_LIST_PROSE = 0.3  # of the prose before a list, what the list may hold
_LONGEST_OPENING = 150  # characters
_LAST_WORDS = 400  # characters that a credit and the end of the sentence before it lie in
_BESIDE_DATE = re.compile(r"\s*[-–|•,(]\s*")
_CLOSED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that is not part of the article; ``line`` counts from 1 in the cleaned page."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """``text`` has a paragraph a line, an empty line where the page had one."""

    title: str
    text: str
    published: date | None
    source: str | None
    author: str | None
    removed: tuple[Removed, ...]


def read_page(raw: str, today: date, title: str = "", *, find_title: bool = True) -> Page:
    """Reads a page, or with ``find_title`` false what is known to be a body.

    A ``title`` that is given is not looked for. Where there is none, the text's first words are.
    """
    draft = _Draft(raw)
    draft.cut_lists()
    published = published_date("\n".join(draft.lines.values()), today)
    draft.drop_leftovers()
    if find_title and not title:
        title = draft.take_title(today)
    beside = draft.drop_dates(today)
    author, reprint = draft.take_credits(title)
    author = author or beside
    draft.drop_bylines(author)
    source = draft.take_source() or reprint
    draft.drop_repeated(title)
    text = draft.joined()
    return Page(title or _opening(text), text, published, source, author, draft.in_order())


class _Draft:
    """The lines, by their number, that are still thought to be the article."""

    def __init__(self, raw: str) -> None:
        numbered = enumerate((line.strip() for line in clean(raw).split("\n")), start=1)
        self.lines = {number: line for number, line in numbered if line}
        self._blank_after = {number for number in self.lines if number + 1 not in self.lines}
        self._removed: list[Removed] = []

    def _drop(self, number: int, reason: str) -> None:
        self._removed.append(Removed(number, self.lines.pop(number), reason))

    def _drop_where(self, unwanted: Callable[[str], bool], reason: str) -> None:
        for number in [number for number, line in self.lines.items() if unwanted(line)]:
            self._drop(number, reason)

    def in_order(self) -> tuple[Removed, ...]:
        return tuple(sorted(self._removed, key=lambda removed: removed.line))

    def cut_lists(self) -> None:
        """Ends the page at the list of other articles or the comments that follow its body."""
        prose = {number: len(line) * _is_prose(line) for number, line in self.lines.items()}
        whole, before = sum(prose.values()), 0
        for number, line in self.lines.items():
            if is_list_heading(line) and before and whole - before <= _LIST_PROSE * before:
                for below in [other for other in self.lines if other >= number]:
                    self._drop(below, "list of other articles")
                return
            before += prose[number]

    def drop_leftovers(self) -> None:
        self._drop_where(lambda line: is_leftover(line) or is_list_heading(line), "page furniture")

    def take_title(self, today: date) -> str:
        """The headline, gone from the lines together with what stands above it but is not prose.

        Of several candidates in the head it is the one that the page repeats most (pictures are
        labelled with it), else the first. Empty when the page begins with its body,
        or has nothing behind the headline: then that is the news.
        """
        counted = Counter(self.lines.values())
        head: dict[int, str] = {}
        prose = 0
        for number, line in list(self.lines.items())[:_HEAD]:
            if _is_headline(line) and not is_menu(line) and date_line(line, today) is None:
                head[number] = line
            prose += _is_prose(line)
            if prose > 1:
                break
        if not head:
            return ""
        at = max(head, key=lambda number: counted[head[number]])
        if at == max(self.lines):
            return ""
        for number in [number for number in self.lines if number < at]:
            line = self.lines[number]
            if not _is_prose(line) and date_line(line, today) is None:
                self._drop(number, "above the title")
        self._drop(at, "title")
        return head[at]

    def drop_dates(self, today: date) -> str | None:
        """Drops the date lines of head and tail; tells the author whom one of them names."""
        author = None
        numbers = list(self.lines)
        for number in dict.fromkeys(numbers[:_HEAD] + numbers[-_HEAD:]):
            line = self.lines[number]
            if not _is_prose(line) and date_line(line, today):
                self._drop(number, "date line")
                author = author or signature(_BESIDE_DATE.split(line, maxsplit=1)[0])
        return author

    def take_credits(self, title: str) -> tuple[str | None, str | None]:
        """Author and newspaper of the lines, or of the last words, that close the article."""
        authors: dict[str, None] = {}
        papers: dict[str, None] = {}
        credits: list[int] = []
        for number in reversed(list(self.lines)[1:]):
            credit = closing_credit(self.lines[number])
            if credit is None or (credit[0] and credit[0] in title):
                break
            authors |= dict.fromkeys(filter(None, credit[:1]))
            papers |= dict.fromkeys(filter(None, credit[1:]))
            credits.append(number)
        if len(authors) > 2:  # a list of names: those who passed, those who died
            return None, None
        for number in credits:
            self._drop(number, "credit")
        if not credits and self.lines:
            return self._take_last_words(title)
        return ", ".join(reversed(authors)) or None, next(iter(papers), None)

    def _take_last_words(self, title: str) -> tuple[str | None, str | None]:
        """The credit behind the last full stop: "… ở hạ lưu. Thu Hà (Theo TTXVN)"."""
        number, line = next(reversed(self.lines.items()))
        before = max(0, len(line) - _LAST_WORDS)
        *body, (start, end) = [
            (before + start, before + end) for start, end in sentence_spans(line[before:])[-2:]
        ]
        unsigned = not body or line.rstrip(")").endswith(".")
        credit = None if unsigned else closing_credit(line[start:end])
        if credit is None or (credit[0] and credit[0] in title):
            return None, None
        self.lines[number] = line[: body[0][1]]
        self._removed.append(Removed(number, line[body[0][1] :].strip(), "credit"))
        return credit

    def drop_bylines(self, author: str | None) -> None:
        self._drop_where(lambda line: line == author, "credit")

    def take_source(self) -> str | None:
        """The newspaper that opens one of the first lines, taken off that line."""
        for number, line in list(self.lines.items())[:3]:
            source, report = split_source(line)
            if source:
                self.lines[number] = report
                self._removed.append(Removed(number, line[: len(line) - len(report)], "source"))
                return source
        return None

    def drop_repeated(self, title: str) -> None:
        """Word for word only; short lines may be cells of a table."""
        seen = {title}
        for number, line in list(self.lines.items()):
            if line in seen and line.count(" ") + 1 >= _SHORTEST_REPEAT:
                self._drop(number, "repeated")
            seen.add(line)

    def joined(self) -> str:
        """The lines as text; a sentence that the page breaks within is put together again."""
        text, last = "", 0
        for number, line in self.lines.items():
            broken = number == last + 1 and line[0].islower() and not _CLOSED.search(text[-4:])
            apart = any(blank in self._blank_after for blank in range(last, number))
            text += " " if broken else "\n\n" if apart else "\n"
            text += line
            last = number
        return text.strip()


def _is_prose(line: str) -> bool:
    words = line.count(" ") + 1
    return words >= _LONG_LINE or (words >= _SENTENCE and bool(_CLOSED.search(line[-4:])))


def _is_headline(line: str) -> bool:
    words = line.count(" ") + 1
    if not _HEADLINE[0] <= words <= _HEADLINE[1] or line.endswith((".", ":", ";", ",")):
        return False
    return split_source(line)[0] is None


def _opening(text: str) -> str:
    """A stand-in for a missing title: the first sentence, cut at a word."""
    for start, end in sentence_spans(text)[:1]:
        sentence = text[start:end]
        cut = sentence[:_LONGEST_OPENING].rsplit(" ", 1)[0] + "…"
        return sentence if len(sentence) <= _LONGEST_OPENING else cut
    return ""
