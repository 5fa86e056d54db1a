"""Puts the accents back on a question that was typed without them.

A bigram model over syllables and Viterbi: every syllable may become any accented form that folds to
it, marks that were typed are kept, and the sequence that Vietnamese news would most likely write
wins. The counts come from a table in the package (`accents.bin`, made by `eval/fit_accents.py`) and
from the corpus that is being asked, when it is given: a name that the corpus writes often is
restored the way the corpus writes it.

What this module does not know: whether the restored question should be trusted. The search keeps
the folded form as a second opinion.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.text.syllables import fold

TABLE = Path(__file__).with_name("accents.bin")
_TOKEN = re.compile(r"[^\W_]+")
_ONSET = "b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x"
_SHAPE = re.compile(rf"(?:{_ONSET})?[aeiouy]{{1,3}}(?:c|ch|m|n|ng|nh|p|t)?$")
BOUNDARY = "."
# Share of the syllables of Vietnamese news that carry a mark; how many people type all of them,
# and the chance that one of these leaves a mark out. Of the others each leaves out a share of his
# own, all shares being as likely.
_MARKED = 0.78
_CAREFUL, _SLIP = 0.9, 1e-3
_SHARES = np.linspace(0, 1, 101)
_FOREIGN = 0.34
# Syllables in a passage of news.
_PASSAGE = 200
# Weight of the unigram model in a bigram's estimate (times Witten and Bell's).
_SMOOTHING = 3.0

Floats = npt.NDArray[np.float64]
Worth = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class AccentTable:
    """Counts of syllables and of pairs of neighbours, ``keys`` sorted: first * size + second."""

    words: dict[str, int]
    counts: npt.NDArray[np.uint32]
    keys: npt.NDArray[np.int64]
    pair_counts: Floats
    candidates: dict[str, tuple[str, ...]]

    def pairs(self, firsts: list[str], seconds: list[str]) -> Floats:
        """Counts of every first followed by every second, shape (firsts, seconds)."""
        size = len(self.words)
        a = np.array([self.words.get(w, -size - 1) for w in firsts], np.int64)
        b = np.array([self.words.get(w, -size * size * 2) for w in seconds], np.int64)
        wanted = a[:, None] * size + b[None, :]
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.pair_counts[at], 0.0)

    def spread(self, words: list[str]) -> Floats:
        """One more than the number of different syllables that follow each word."""
        size = len(self.words)
        at = np.array([self.words.get(w, size) for w in words], np.int64) * size
        follow = np.searchsorted(self.keys, at + size) - np.searchsorted(self.keys, at)
        return follow.astype(np.float64) + 1.0

    def singles(self, words: list[str]) -> Floats:
        return np.array(
            [float(self.counts[i]) if (i := self.words.get(w, -1)) >= 0 else 0.0 for w in words]
        )


def pack_table(singles: dict[str, int], pairs: dict[tuple[str, str], int]) -> bytes:
    """The bytes of a table: counts of pairs are kept to an eighth of a power of two."""
    words = sorted(singles, key=lambda w: (-singles[w], w))
    number = {w: i for i, w in enumerate(words)}
    known = {
        number[a] * len(words) + number[b]: n
        for (a, b), n in pairs.items()
        if a in number and b in number
    }
    keys = np.array(sorted(known), np.int64)
    steps = np.diff(keys, prepend=0).astype("<u4")
    levels = np.round(8 * np.log2([known[k] for k in keys.tolist()])).astype(np.uint8)
    vocabulary = "\n".join(words).encode()
    head = np.array([len(vocabulary), len(words), len(keys)], "<u4")
    planes = steps.view(np.uint8).reshape(-1, 4).T
    counts = np.array([singles[w] for w in words], "<u4")
    parts = (head, np.frombuffer(vocabulary, np.uint8), counts, planes, levels)
    # LZMA takes a tenth less room, and 30 ms more of the first question.
    return zlib.compress(b"".join(p.tobytes() for p in parts), 9)


def unpack_table(data: bytes) -> AccentTable:
    raw = np.frombuffer(zlib.decompress(data), np.uint8)
    letters, size, pairs = raw[:12].view("<u4").tolist()
    at = 12 + letters
    words = raw[12:at].tobytes().decode().split("\n")
    counts = np.frombuffer(raw[at : at + 4 * size].tobytes(), "<u4")
    at += 4 * size
    planes = raw[at : at + 4 * pairs].reshape(4, pairs)
    steps = np.ascontiguousarray(planes.T).view("<u4").ravel()
    levels = raw[at + 4 * pairs :]
    variants: dict[str, list[str]] = {}
    for word in words:
        variants.setdefault(fold(word), []).append(word)
    return AccentTable(
        words={w: i for i, w in enumerate(words)},
        counts=counts,
        keys=np.cumsum(steps.astype(np.int64)),
        pair_counts=np.exp2(np.arange(256) / 8)[levels],
        candidates={f: tuple(ws) for f, ws in variants.items()},
    )


@lru_cache(maxsize=1)
def packaged_table() -> AccentTable:
    return unpack_table(TABLE.read_bytes())


def restore(question: str, worth: Worth | None = None) -> str:
    """The question with its accents back; unchanged when it is not Vietnamese or has them all.

    ``worth`` tells how many counts of the table the corpus adds to an accented term: a syllable,
    or two joined by ``_``, which add at most what either does.
    """
    table = packaged_table()
    tokens = list(_TOKEN.finditer(question))
    typed = [t.group().lower() for t in tokens]
    missing = _share_missing(typed)
    if missing <= _SLIP or _foreign(typed, table):
        return question
    bounded = [BOUNDARY, *typed, BOUNDARY]
    choices = [_choices(word, table) for word in bounded]
    best = _viterbi(bounded, choices, math.log(missing), worth, table)[1:-1]
    parts, end = [], 0
    for token, word in zip(tokens, best, strict=True):
        parts += [question[end : token.start()], _with_case(token.group(), word)]
        end = token.end()
    return "".join(parts) + question[end:]


def usual_share(term: str) -> float:
    """The share of news passages that hold a folded syllable, or two joined by ``_``; 0 to 1."""
    table = packaged_table()
    forms = [table.candidates.get(unit, ()) for unit in term.split("_")]
    if len(forms) == 1:
        count = float(table.singles(list(forms[0])).sum())
    else:
        count = float(table.pairs(list(forms[0]), list(forms[1])).sum())
    return 1 - math.exp(-count * _PASSAGE / float(table.counts.sum()))


def is_foreign(question: str) -> bool:
    """Whether ``question`` is written in another language, as far as its syllables tell."""
    return _foreign([t.lower() for t in _TOKEN.findall(question)], packaged_table())


def _share_missing(typed: list[str]) -> float:
    """How likely a mark was left out, judged by how many syllables carry one."""
    words = [w for w in typed if not w.isdigit()]
    marked = sum(fold(w) != w for w in words)
    bare = len(words) - marked
    if not bare:
        return 0.0
    seen = _MARKED * (1 - _SHARES)
    others = (1 - _CAREFUL) * seen**marked * (1 - seen) ** bare / len(_SHARES)
    careful = _CAREFUL * _MARKED**marked * (1 - _MARKED) ** bare
    missing = (careful * _SLIP + others @ _SHARES) / (careful + others.sum())
    return max(_SLIP, float(missing))


def _foreign(typed: list[str], table: AccentTable) -> bool:
    """Whether too many words cannot be Vietnamese syllables for the question to be Vietnamese."""
    words = [w for w in typed if w.isalpha()]
    strange = sum(not _SHAPE.match(fold(w)) or fold(w) not in table.candidates for w in words)
    return strange > _FOREIGN * len(words)


def _choices(word: str, table: AccentTable) -> list[str]:
    """The accented forms that ``word`` may stand for; marks that were typed are kept."""
    forms = [w for w in table.candidates.get(fold(word), ()) if _keeps_marks(word, w)]
    return forms if word in forms else [*forms, word]


def _keeps_marks(typed: str, form: str) -> bool:
    return len(typed) == len(form) and all(
        t == f or fold(t) == t for t, f in zip(typed, form, strict=True)
    )


def _viterbi(
    typed: list[str],
    choices: list[list[str]],
    log_missing: float,
    worth: Worth | None,
    table: AccentTable,
) -> list[str]:
    total = float(table.counts.sum())
    singles = [_single_counts(words, worth, table) for words in choices]
    score: Floats = np.zeros(1)
    back: list[npt.NDArray[np.intp]] = []
    for i, words in enumerate(choices):
        prior = (singles[i] + 0.5) / total
        if i == 0:
            log_p = np.log(prior)[None, :]
        else:
            together = _pair_counts(choices[i - 1], words, worth, table)
            together = np.minimum(together, singles[i - 1][:, None])
            spread = _SMOOTHING * table.spread(choices[i - 1])[:, None]
            log_p = np.log((together + spread * prior) / (singles[i - 1][:, None] + spread))
        channel = np.array([0.0 if w == typed[i] else log_missing for w in words])
        reached = score[:, None] + log_p + channel
        back.append(reached.argmax(axis=0))
        score = reached.max(axis=0)
    at = int(score.argmax())
    path: list[str] = []
    for words, origin in zip(reversed(choices), reversed(back), strict=True):
        path.append(words[at])
        at = int(origin[at])
    return path[::-1]


def _single_counts(words: list[str], worth: Worth | None, table: AccentTable) -> Floats:
    counts = table.singles(words)
    if worth and len(words) > 1:
        counts = counts + np.array([worth(w) for w in words])
    return counts


def _pair_counts(
    firsts: list[str],
    seconds: list[str],
    worth: Worth | None,
    table: AccentTable,
) -> Floats:
    counts = table.pairs(firsts, seconds)
    if worth and len(firsts) * len(seconds) > 1:
        # Most forms of a syllable are in no passage, and neither is any pair with one of them.
        there = [(place, b) for place, b in enumerate(seconds) if worth(b)]
        for row, a in zip(counts, firsts, strict=True):
            if worth(a):
                for place, b in there:
                    row[place] += worth(f"{a}_{b}")
    return counts


def _with_case(typed: str, word: str) -> str:
    if word == typed.lower():
        return typed
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
