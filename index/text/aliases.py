"""What goes by two names: Sài Gòn and TP.HCM, ĐH and đại học."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.syllables import folded_syllables

# Folded; every line is one thing. Only abbreviations that mean nothing else.
_NAMES = tuple(
    tuple(name.strip() for name in line.split(","))
    for line in """
    sai gon, ho chi minh, hcm, tphcm, tp hcm
    hoa ky, nuoc my
    dh, dai hoc
    gs, giao su
    bv, benh vien
    hlv, huan luyen vien
    vdv, van dong vien
    csgt, canh sat giao thong
    ubnd, uy ban nhan dan
    hdnd, hoi dong nhan dan
    mttq, mat tran to quoc
    tand, toa an nhan dan, toa an
    vks, vksnd, vien kiem sat
    thcs, trung hoc co so
    thpt, trung hoc pho thong
    bhyt, bao hiem y te
    bhxh, bao hiem xa hoi
    nhnn, ngan hang nha nuoc
    tp, thanh pho
    """.strip().splitlines()
)


_ANY = re.compile(rf" (?:{'|'.join(name for names in _NAMES for name in names)}) ")


def known_as(text: str) -> list[str]:
    """The folded syllables of ``text`` and, behind them, the other names of what it names."""
    return with_aliases(folded_syllables(text))


def with_aliases(units: Sequence[str]) -> list[str]:
    """``units`` (folded syllables) and, behind them, the other names of what they name.

    A mark stands between them, so that no pair is made of two names.
    """
    text = f" {' '.join(units)} "
    out = list(units)
    if not _ANY.search(text):
        return out
    for names in _NAMES:
        if any(f" {name} " in text for name in names):
            for name in names:
                if f" {name} " not in text:
                    out += ["|", *name.split()]
    return out
