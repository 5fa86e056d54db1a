from __future__ import annotations

import io
import json
import unicodedata
from datetime import date
from pathlib import Path

import docx
import pytest

from index.articles.formats import Fields, Found, Problem, Reader, Record
from index.articles.formats.fields import day_of, record_from
from index.articles.formats.pdf import read_pdf, unwrapped
from index.articles.formats.plain import read_markdown, read_text
from index.articles.formats.rows import read_csv, read_json, read_json_lines
from index.articles.formats.sniff import reader_for
from index.articles.formats.web import article_in, read_html
from index.articles.formats.word import read_docx

HTML = Path(__file__).parents[2] / "shared" / "data" / "html"
BODY = "Sáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ đang lên."


def read(reader: Reader, content: str | bytes, fields: Fields | None = None) -> list[Found]:
    data = content.encode("utf-8") if isinstance(content, str) else content
    return list(reader(io.BytesIO(data), fields or {}))


def one(reader: Reader, content: str | bytes, fields: Fields | None = None) -> Record:
    (record,) = read(reader, content, fields)
    assert isinstance(record, Record)
    return record


def test_text_is_a_page() -> None:
    assert one(read_text, BODY) == Record(BODY, page=True)


def test_markdown_gives_its_front_matter_and_loses_its_marks() -> None:
    record = one(
        read_markdown,
        "---\ntitle: 'Lúa chín sớm'\ndate: 2025-09-18\nauthor: Thu Hà\nlayout: post\n---\n"
        "## Mùa vụ\n\n> **Sáng nay**, xem [xã Đồng Vân](https://a.vn) ![ruộng lúa](b.jpg) `gặt`.\n"
        "\n---\n",
    )
    assert (record.title, record.author, record.published) == (
        "Lúa chín sớm",
        "Thu Hà",
        date(2025, 9, 18),
    )
    assert record.text.split() == "Mùa vụ Sáng nay, xem xã Đồng Vân ruộng lúa gặt.".split()


def test_the_first_heading_is_the_title_of_markdown() -> None:
    record = one(read_markdown, f"# Lúa *chín* sớm\n\n{BODY}")
    assert (record.title, record.text.strip()) == ("Lúa chín sớm", BODY)


def test_json_lines() -> None:
    lines = [
        json.dumps({"headline": "Lúa chín", "content": BODY, "link": "https://a.vn/1", "id": 7}),
        "",
        '{"title": "a", "text": NaN}',
        "[1, 2]",
        '{"title": "không có chữ"}',
        '{"text": ' + "[" * 100_000,
        '{"title": "dòng cuối", "te',
    ]
    first, *problems = read(read_json_lines, "\n".join(lines))
    assert first == Record(BODY, "Lúa chín", "https://a.vn/1", key="7", line=1)
    assert [(p.line, p.reason.split(" (")[0]) for p in problems if isinstance(p, Problem)] == [
        (3, "not JSON: NaN is not a number"),
        (4, "a JSON list where an object was expected"),
        (5, "no text in it"),
        (6, "not JSON: it is nested too deep"),
        (7, "not JSON: Unterminated string starting at at character 24"),
    ]


def test_a_field_map_reaches_into_objects() -> None:
    row = json.dumps({"meta": {"head": "Lúa chín"}, "noi dung": BODY, "_id": "x-1"})
    record = one(read_json_lines, row, {"title": "meta.head", "text": "noi dung"})
    assert (record.title, record.text, record.id) == ("Lúa chín", BODY, "x-1")


def test_rows_without_a_mapped_field_are_read_by_the_usual_names() -> None:
    row = json.dumps({"title": "Lúa chín", "text": BODY, "headline": None})
    record = one(read_json_lines, row, {"title": "headline", "text": "bai.viet"})
    assert (record.title, record.text) == ("Lúa chín", BODY)


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "Lúa chín", "text": BODY}],
        {"articles": [{"title": "Lúa chín", "text": BODY}]},
        {"title": "Lúa chín", "text": BODY},
    ],
)
def test_json_of_several_shapes(value: object) -> None:
    record = one(read_json, json.dumps(value, indent=1))
    assert (record.title, record.text, record.line) == ("Lúa chín", BODY, 1)


@pytest.mark.parametrize("content", ["3", "[1]", "{", "[" * 100_000])
def test_json_that_holds_no_articles(content: str) -> None:
    assert all(isinstance(found, Problem) for found in read(read_json, content))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(delimiter: str) -> None:
    rows = [["tieu_de", "noi_dung", "ngay_dang"], ["Lúa chín", f'"{BODY}\nHết."', "18/9/2025"]]
    content = "\ufeff" + "\r\n".join(f"{delimiter} ".join(row) for row in rows)
    record = one(read_csv, content)
    assert record.title == "Lúa chín"
    assert record.text == f"{BODY}\nHết."
    assert record.published == date(2025, 9, 18)


def test_rows_hold_markup_names_in_objects_and_bad_links() -> None:
    row = {
        "title": "Ph&ocirc;́ <b>đi bộ</b>",
        "text": "<p>Một&nbsp;câu.</p><script>alert(1)</script><p>Hai câu.</p>",
        "url": "javascript:alert(1)",
        "publisher": {"name": "Báo Hà Châu"},
        "authors": ["Thu Hà", "Mai Lan"],
        "date": None,
    }
    record = record_from(row, {})
    assert isinstance(record, Record)
    assert "<" not in record.title + record.text
    assert record.text.split() == "Một câu. Hai câu.".split()
    assert (record.url, record.source, record.author) == (None, "Báo Hà Châu", "Thu Hà, Mai Lan")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-02-02T20:46:00+00:00", date(2026, 2, 3)),  # past midnight in Vietnam
        ("2026-02-02T20:46:00", date(2026, 2, 2)),
        ("2026-02-02", date(2026, 2, 2)),
        ("20260202", date(2026, 2, 2)),
        (20260202, date(2026, 2, 2)),
        (1_770_000_000, date(2026, 2, 2)),
        (1_770_000_000_000, date(2026, 2, 2)),
        ("Thứ Hai, 2/2/2026 - 08:30", date(2026, 2, 2)),
        ("từ 1/2/2026 đến 3/2/2026", None),
        ("hôm qua", None),
        (float("nan"), None),
        (True, None),
        (None, None),
    ],
)
def test_days(value: object, day: date | None) -> None:
    assert day_of(value) == day


def test_a_saved_page_of_a_newspaper() -> None:
    (path,) = HTML.glob("*.html")
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))["V1"]
    record = one(read_html, path.read_bytes())
    assert record.title == expected["title"]
    assert record.published == date.fromisoformat(expected["publishing_date"][:10])
    assert record.source == "vnexpress.net"
    paragraphs = expected["body"]["summary"] + expected["body"]["sections"][0]["paragraphs"]
    assert [paragraph for paragraph in paragraphs if paragraph not in record.text] == []
    extra = len(record.text) - sum(len(paragraph) + 1 for paragraph in paragraphs)
    assert extra < 20  # the author's name at the end


def page(head: str = "", body: str = BODY) -> str:
    return (
        f"<html><head><title>Lúa chín sớm</title>{head}</head><body><h1>Lúa chín sớm</h1>"
        f"<article><p>{body}</p><p>{BODY} Bà con phấn khởi vì được mùa.</p></article></body></html>"
    )


def test_the_date_that_readers_see_wins_over_metadata() -> None:
    meta = '<meta property="article:published_time" content="2025-09-18T08:00:00+07:00">'
    shown = "<span>Thứ Sáu, 12/9/2025, 08:30 (GMT+7)</span>"
    today = date(2026, 1, 1)
    for content, day in [
        (page(meta), date(2025, 9, 18)),
        (page(meta).replace("<h1>", f"{shown}<h1>"), date(2025, 9, 12)),
        (page().replace("<h1>", f"{shown}<h1>"), date(2025, 9, 12)),
        (page(), None),
    ]:
        record = article_in(content, today)
        assert record is not None
        assert record.published == day


def windows_1258(text: str) -> bytes:
    """Letters with their own marks, each followed by its tone: what the code page can write."""
    written = []
    for character in text:
        marks = unicodedata.normalize("NFD", character)
        tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        letter = "".join(mark for mark in marks if mark not in tone)
        written.append(unicodedata.normalize("NFC", letter) + tone)
    return "".join(written).encode("cp1258")


def test_a_page_in_an_old_encoding() -> None:
    record = one(read_html, windows_1258(page()))
    assert record.title == "Lúa chín sớm"
    assert BODY in record.text


@pytest.mark.parametrize(
    "content",
    [
        "<html></html>",
        "<html><body>" + "<div>" * 100_000 + BODY + "</div>" * 100_000,
        "<html><body>" + "<p>a</p>" * 60_000,
    ],
)
def test_pages_without_an_article(content: str) -> None:
    assert all(isinstance(found, Problem) for found in read(read_html, content))


def pdf(*lines: str) -> bytes:
    """A page with a made-up font encoding and the table that turns it into Unicode."""
    codes = {character: code for code, character in enumerate(sorted(set("".join(lines))), 1)}
    chars = "\n".join(f"<{code:02x}> <{ord(c):04x}>" for c, code in codes.items())
    table = (
        f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n{len(codes)} beginbfchar\n"
    )
    shown = " ".join(f"<{''.join(f'{codes[c]:02x}' for c in line)}> Tj T*" for line in lines)
    streams = [f"BT /F 9 Tf 12 TL 50 700 Td {shown} ET", f"{table}{chars} endbfchar endcmap"]
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        *(f"<</Length {len(stream)}>>stream\n{stream}\nendstream" for stream in streams),
    ]
    body = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return (body + table + trailer).encode("latin-1")


def test_pdf() -> None:
    record = one(read_pdf, pdf("Lúa chín sớm ở Đồng Vân", BODY))
    assert record.page
    assert record.text.split() == f"Lúa chín sớm ở Đồng Vân {BODY}".split()


def test_a_pdf_of_pictures() -> None:
    assert read(read_pdf, pdf(" ")) == [
        Problem("a PDF without text: it holds pictures of pages, run OCR on it")
    ]


def test_lines_of_a_column_are_joined() -> None:
    text = (
        "Lúa chín sớm\nSáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để\n"
        "tránh lũ đang lên nhanh ở hạ lưu sông Vân. Bà con\nphấn khởi.\n- Một việc nữa"
    )
    assert unwrapped(text) == (
        "Lúa chín sớm\nSáng nay, xã Đồng Vân bắt đầu gặt lúa sớm để tránh lũ đang lên nhanh ở hạ "
        "lưu sông Vân. Bà con phấn khởi.\n- Một việc nữa\n"
    )


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b"%PDF-" + b"\0" * 5000])
def test_a_broken_pdf(content: bytes) -> None:
    (problem,) = read(read_pdf, content)
    assert isinstance(problem, Problem)


def test_docx() -> None:
    document = docx.Document()
    document.add_heading("Lúa chín sớm", level=1)
    document.add_paragraph(BODY)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Lúa", "540 ha"
    file = io.BytesIO()
    document.save(file)
    record = one(read_docx, file.getvalue())
    assert record.title == "Lúa chín sớm"
    assert record.text.splitlines() == ["Lúa chín sớm", BODY, "Lúa | 540 ha"]
    assert isinstance(read(read_docx, file.getvalue()[:-100])[0], Problem)


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("a.txt", BODY, read_text),
        ("a.txt", page(), read_html),
        ("a.html", BODY, read_text),
        ("a.txt", "%PDF-1.7", read_pdf),
        ("a.md", "# Lúa", read_markdown),
        ("a.json", '{"text": "a"}\n{"text": "b"}', read_json_lines),
        ("a.jsonl", '[{"text": "a"}]', read_json),
        ("a.txt", '{"text": "a"}', read_json),
        ("a.json", '{"articles": [{"text": "a"}]}\n', read_json),
        ("a.jsonl", '{"text": "a"}', read_json_lines),
        ("a.json", '{\n "text": "a"}', read_json),
        ("a.txt", "{name} - {time}", read_text),
        ("a.txt", "[Video] Lũ về", read_text),
        ("a.csv", "title,text\na,b", read_csv),
        ("a.txt", "title;text\na;b", read_csv),
        ("a.csv", "tiêu đề chính; bài\na;b", read_csv),
        ("a.csv", BODY, read_text),
        ("a", '<?xml version="1.0"?><!DOCTYPE html><html>', read_html),
        ("a.txt", BODY.encode("utf-16"), read_text),
        ("a.txt", "Mưa lũ ở hạ lưu".encode() + "ữ".encode()[:2], read_text),
    ],
)
def test_the_content_chooses_the_reader(name: str, content: str | bytes, reader: Reader) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    assert reader_for(name, data) is reader


@pytest.mark.parametrize(
    "content",
    [
        *(b"\0" * 100, b"\xd0\xcf\x11\xe0", b"<?xml version='1.0'?><rss>", b"{\\rtf1 abc}"),
        *(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0", bytes(range(32)) * 8),
    ],
)
def test_what_is_not_read(content: bytes) -> None:
    assert isinstance(reader_for("a.txt", content), Problem)
