"""Counts syllables and pairs of neighbours in news texts into the table of index/text/accents.py.

    python -m eval.fit_accents NEWS.jsonl.gz [MORE.jsonl.xz ...]

Only counts leave this script: the 16,000 commonest syllables and the pairs seen at least twice.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

from index.text import accents
from index.text.syllables import syllables

_CLAUSE = re.compile(r"[\n.!?;:]")
LEAST_SINGLE, LEAST_PAIR = 3, 2
# News asks few questions; how people ask is written down here and counted so often.
ASKING = """
    do ai; là ai; ai là; của ai; cho ai; với ai; bởi ai; thay ai; gặp ai; ai đã; ai bị;
    do ai tổ chức;
    ở đâu; từ đâu; do đâu; đi đâu; đến đâu; nằm ở đâu; ở chỗ nào; chỗ nào; nơi nào; bên nào;
    khi nào; năm nào; ngày nào; tháng nào; hôm nào; lúc nào; bao giờ; mấy giờ; lúc mấy giờ;
    từ mấy giờ;
    mấy người; mấy ngày; mấy năm; mấy tháng; mấy lần; mấy tuổi; mấy chiếc; mấy con; mấy cái; mấy tỉ;
    mấy tỷ; mấy triệu; mấy đồng; mấy vụ; mấy bị cáo; bao nhiêu; là bao nhiêu; giá bao nhiêu;
    giá nhiêu; hết bao nhiêu; tốn bao nhiêu; bao lâu; bao xa; nước nào; tỉnh nào; người nào;
    loại nào; đội nào; trường nào; hãng nào; là gì; những gì; cái gì; tên gì; tên là gì; có gì;
    nói gì; làm gì; để làm gì; lý do gì; vì sao; tại sao; sao lại; làm sao; bị làm sao; ra sao;
    thế nào; như thế nào; còn gì; có không; được không; đúng không; phải không; hay chưa
"""
ASKED_OFTEN = 100


def texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with _open(path) as lines:
            yield from _records(lines)


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _records(lines: IO[str]) -> Iterator[str]:
    for line in lines:
        record = json.loads(line)
        yield f"{record.get('title') or ''}\n{record['text']}"


def count(texts: Iterable[str]) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for clause in _CLAUSE.split(text):
            words = [accents.BOUNDARY, *syllables(clause), accents.BOUNDARY]
            if len(words) > 2:
                singles.update(words)
                pairs.update(pairwise(words))
    for phrase in ASKING.split(";"):
        words = syllables(phrase)
        for pair in pairwise([*words, accents.BOUNDARY]):
            pairs[pair] += ASKED_OFTEN
    return (
        {w: n for w, n in singles.items() if n >= LEAST_SINGLE and not w.isdigit()},
        {pair: n for pair, n in pairs.items() if n >= LEAST_PAIR},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", type=Path, nargs="+", help="JSON lines with title and text")
    data = accents.pack_table(*count(texts(parser.parse_args().news)))
    accents.TABLE.write_bytes(data)
    print(f"{accents.TABLE.name}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
