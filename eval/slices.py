"""Slices that need no labelling: the same questions typed otherwise, or grouped.

A *rewriting* slice changes the questions, so they are asked again: without accents, with half of
them, with slips of the keyboard, with the words that somebody remembers, in English. A *grouping*
slice parts the scores that are there: by the kind of question, its length, the source or the year
of the article that answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from eval.measures import PerQuestion
from eval.types import Question, Run
from index.errors import SettingsError
from index.text.questions import kind_of
from index.text.syllables import fold, syllables

_LENGTHS = ((8, "to 8 syllables"), (14, "9 to 14 syllables"))
_WORD = re.compile(r"[^\W\d_]{3,}")
_ASKING = frozenset(
    syllables("ai gì nào bao nhiêu khi đâu sao mấy ngày năm who what when where how")
)
_FORGOTTEN, _NAME_FORGOTTEN = 0.6, 0.2
_SLIP_EVERY = 8  # syllables to one slip of the keyboard
_NEIGHBOURS = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for i, letter in enumerate(row)
}

GROUPS = ("type", "length", "source", "year")


def rewrite(questions: Iterable[Question], name: str) -> tuple[Question, ...]:
    """The questions as slice ``name`` asks them, the ids kept; those it cannot ask are left out.

    The same questions come out every time. ``name`` is one of REWRITINGS.
    """
    change = REWRITINGS[name]
    rewritten = ((question, change(question)) for question in questions)
    return tuple(replace(question, text=text) for question, text in rewritten if text)


def split_names(names: Iterable[str], questions: Iterable[Question]) -> tuple[list[str], list[str]]:
    """The rewriting and the grouping slices among ``names``, in order.

    Facets of ``questions`` group too. Raises SettingsError for a slice that there is not.
    """
    facets = {name for question in questions for name, _ in question.facets} | set(GROUPS)
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in facets | set(REWRITINGS):
            known = ", ".join([*REWRITINGS, *GROUPS, *sorted(facets - set(GROUPS))])
            raise SettingsError(f"There is no slice {name!r}; slices are: {known}.")
    rewriting = [name for name in names if name in REWRITINGS]
    return rewriting, [name for name in names if name not in REWRITINGS]


def groups(run: Run, facet: str) -> dict[str, list[str]]:
    """Value of ``facet`` -> ids of its questions, largest group first; "-" where there is none."""
    found: dict[str, list[str]] = {}
    for result in run.results:
        values = [value for name, value in result.question.facets if name == facet] or ["-"]
        for value in values:
            found.setdefault(value, []).append(result.question.id)
    return dict(sorted(found.items(), key=lambda group: (-len(group[1]), group[0])))


def limited(scores: Mapping[str, PerQuestion], ids: Iterable[str]) -> dict[str, PerQuestion]:
    """``scores`` of those questions alone."""
    kept = set(ids)
    return {name: {q: v for q, v in values.items() if q in kept} for name, values in scores.items()}


def with_own_facets(question: Question) -> Question:
    """``question`` with the facets that its words alone decide: type and length."""
    facets = (("type", str(kind_of(question.text))), ("length", _length(question.text)))
    given = dict(question.facets)
    return replace(
        question, facets=question.facets + tuple(facet for facet in facets if facet[0] not in given)
    )


def half_accented(question: Question) -> str:
    """Every accented word keeps its marks with one chance in two."""
    rng = random.Random(f"half-accented {question.id}")
    return re.sub(
        r"\w+", lambda word: fold(word[0]) if rng.random() < 0.5 else word[0], question.text
    )


def with_typos(question: Question) -> str:
    """About one slip in eight words: letters swapped, left out, doubled, or the key beside."""
    rng = random.Random(f"typos {question.id}")
    words = list(_WORD.finditer(question.text))
    count = max(1, round(len(question.text.split()) / _SLIP_EVERY))
    text = question.text
    for word in sorted(rng.sample(words, min(count, len(words))), key=lambda w: -w.start()):
        text = text[: word.start()] + _slip(word[0], rng) + text[word.end() :]
    return text


def half_remembered(question: Question) -> str:
    """Three words in five are forgotten, and a name in five; what is asked for stays.

    Questions made of sentences borrow all their words, which people do not.
    """
    rng = random.Random(f"half-remembered {question.id}")
    kept = []
    for place, word in enumerate(question.text.split()):
        named = place > 0 and word[:1].isupper()
        remembered = rng.random() >= (_NAME_FORGOTTEN if named else _FORGOTTEN)
        if remembered or _ASKING & set(syllables(word)):
            kept.append(word)
    return " ".join(kept) or question.text


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1) if len(word) > 3 else 1
    before, letter, after = word[:place], word[place], word[place + 1 :]
    beside = _NEIGHBOURS.get(letter.lower(), "")
    slips = [before + after, before + letter + letter + after]
    if after and after[0] != letter:
        slips.append(before + after[0] + letter + after[1:])
    if beside:
        slips.append(before + rng.choice(beside) + after)
    return rng.choice(slips)


def _length(text: str) -> str:
    count = len(syllables(text))
    return next((name for most, name in _LENGTHS if count <= most), "15 syllables and more")


REWRITINGS: dict[str, Callable[[Question], str | None]] = {
    "unaccented": lambda question: fold(question.text),
    "half-accented": half_accented,
    "typos": with_typos,
    "half-remembered": half_remembered,
    "english": lambda question: question.english,
}
