"""One spelling for every text: NFC, and nothing in it that a reader cannot see.

Applied to articles before they are indexed and to questions before they are encoded, so that the
two meet. Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 8
"""Vietnamese needs two marks on a letter; a longer run than this is decoration or an attack."""

_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls; the line feed stays
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # soft hyphen, joiners, fillers
    "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width and bidirectional
    "\ufeff\ufff0-\ufffb\ufffe\uffff"  # byte order mark, annotations, non-characters
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e0fff"  # tags
    "]+"
)
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")


def clean(text: str) -> str:
    """``text`` in NFC, lines ending in ``\\n``, every other white space a plain space.

    Control, zero-width, bidirectional and tag characters and lone surrogates are removed, and so
    is what a letter carries beyond ``MAX_MARKS`` combining marks. ``clean(clean(t)) == clean(t)``.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_BREAK.sub("\n", text)
    text = _BLANK.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    # Before NFC because it sorts a run of marks in quadratic time; after it because it may
    # take a letter apart and so lengthen a run.
    return _cut_marks(unicodedata.normalize("NFC", _cut_marks(text)))


def _cut_marks(text: str) -> str:
    return _MAYBE_MARKS.sub(_first_marks, text)


def _first_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run.group():
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
