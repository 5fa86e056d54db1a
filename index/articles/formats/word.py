"""A Word document (.docx) -> its paragraphs and tables, one line each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from index.articles.encodings import repair
from index.articles.formats import MAX_BINARY, BinaryFile, Fields, Found, Problem, Record, whole

_TITLE_STYLES = {"Title", "Heading 1"}


def read_docx(file: BinaryFile, fields: Fields) -> Iterator[Found]:
    data = whole(file, MAX_BINARY)
    if isinstance(data, Problem):
        yield data
        return
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > 2 * MAX_BINARY:
                yield Problem("a Word document that unpacks to more than it should")
                return
        document = docx.Document(io.BytesIO(data))
        lines: list[str] = []
        title = ""
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
                continue
            lines.append(block.text)
            if not title and block.style is not None and block.style.name in _TITLE_STYLES:
                title = block.text.strip()
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        yield Problem(f"a Word document that cannot be read: {error}"[:200])
        return
    yield Record(repair("\n".join(lines)), title=repair(title), page=True)
