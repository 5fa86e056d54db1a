"""Conversations: what the browser keeps, what cards show, what is exported."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace

import pytest
from docx import Document
from fakes_app import BRIDGE, FakeAnswerer, FakeIndex
from test_app_web_markup import HOSTILE, MARKDOWN, read

from app.web import export
from app.web.conversation import (
    MOST_CHARACTERS,
    MOST_TURNS,
    Conversation,
    Turn,
    cited_spans,
    conversation_from,
    excerpts,
    filled,
    first_citations,
    history,
    with_turn,
)
from app.words import VI
from index.types import Article, Chunk, Hit, Why
from qa.types import Answer, Citation, Claim, Outcome


def talk_about(*questions: str) -> Conversation:
    answerer = FakeAnswerer(FakeIndex())
    conversation = Conversation()
    for question in questions:
        turn = filled(Turn(question=question), answerer.ask(question), 0.02, whole=True)
        conversation = with_turn(conversation, turn)
    return conversation


def test_a_conversation_survives_the_way_through_the_browser() -> None:
    conversation = talk_about("Cầu Vàm Sông dài bao nhiêu?", "Năng suất lúa?")
    assert conversation_from(conversation.model_dump_json()) == conversation
    assert conversation.id


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"id": 3}', '{"turns": [{"question": "a", "evil": 1}]}',
             '{"id": "' + "a" * MOST_CHARACTERS + '"}'],
)  # fmt: skip
def test_what_is_no_conversation_is_a_new_one(text: str | None) -> None:
    assert conversation_from(text) == Conversation()


def test_the_oldest_turn_goes_when_there_are_too_many() -> None:
    conversation = Conversation()
    for number in range(MOST_TURNS + 5):
        conversation = with_turn(conversation, Turn(question=str(number)))
    assert [turn.question for turn in conversation.turns][:2] == ["5", "6"]
    assert len(conversation.turns) == MOST_TURNS


def test_a_conversation_never_grows_beyond_what_the_server_reads_back() -> None:
    conversation = Conversation()
    for number in range(12):
        turn = Turn(question=str(number), notice="dài " * 20_000)
        conversation = with_turn(conversation, turn)
        assert conversation_from(conversation.model_dump_json()) == conversation
    assert [turn.question for turn in conversation.turns] == [str(n) for n in range(6, 12)]


def test_the_words_that_matched_are_shown_as_the_question_writes_them() -> None:
    (turn,) = talk_about("Cầu Vàm Sông dài bao nhiêu?").turns
    hit = FakeIndex([BRIDGE]).search("Cầu Vàm Sông").hits[0]
    folded = replace(hit, why=replace(hit.why, terms=("vam", "cau", "cau_vam", "lua")))
    answer = Answer("Cầu Vàm Sông?", Outcome.ANSWERED, hits=(folded,))
    assert filled(turn, answer, 1.0, whole=True).reasons[0].terms == ("cầu", "vàm")


def test_the_history_holds_what_was_answered() -> None:
    conversation = with_turn(talk_about("Năng suất lúa đạt bao nhiêu?"), Turn(question="đang hỏi"))
    (turn,) = history(conversation)
    assert turn.question == "Năng suất lúa đạt bao nhiêu?"
    assert "7,2 tấn" in turn.answer


def test_an_excerpt_is_a_slice_of_the_article_around_the_citation() -> None:
    words = " ".join(f"từ{number}" for number in range(400))
    article = Article("a", "A", words)
    start = words.index("từ200")
    citation = Citation(1, article, start, start + 5, "từ200")
    chunk = Chunk("a", 0, len(words), words)
    hit = Hit(article, chunk, 1.0, Why(1.0, 1.0, 1.0))
    answer = Answer("?", Outcome.ANSWERED, (Claim("từ200", (citation,), True),), hits=(hit,))
    (excerpt,) = excerpts(answer)
    assert words[excerpt.start : excerpt.start + len(excerpt.text)] == excerpt.text
    assert "từ200" in excerpt.text
    assert len(excerpt.text) < 600
    assert (excerpt.before, excerpt.after) == (True, True)
    assert excerpt.text.split()[0] in words.split()


def test_citations_of_one_article_are_merged() -> None:
    turn = talk_about("Cầu Vàm Sông dài bao nhiêu?").turns[0]
    spans = cited_spans(turn, 1)
    assert spans == sorted(spans)
    assert all(BRIDGE.text[a:b] for a, b in spans)
    assert cited_spans(turn, 2) == []


def test_an_export_numbers_each_article_once() -> None:
    conversation = talk_about(
        "Cầu Vàm Sông dài bao nhiêu?", "Năng suất lúa đạt bao nhiêu?", "Cầu Vàm Sông rộng?"
    )
    text = export.markdown(conversation, VI)
    assert text.startswith("# Cầu Vàm Sông dài bao nhiêu?\n")
    assert "1. Lê Minh. Khánh thành cầu Vàm Sông. Báo Vàm Sông. 12/03/2024. https://" in text
    assert "2. Vụ lúa đông xuân được mùa" in text
    assert "\n3. " not in text
    assert read(text).count("[2]") == 2


def test_a_word_file_holds_the_same() -> None:
    conversation = talk_about("Cầu Vàm Sông dài bao nhiêu?", "Năng suất lúa đạt bao nhiêu?")
    document = Document(io.BytesIO(export.docx(conversation, VI)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "Cầu Vàm Sông dài bao nhiêu?"
    assert "Cầu dài 840 m, rộng 16 m. [1]" in lines
    assert any(line.startswith("[2] Vụ lúa đông xuân được mùa") for line in lines)


@pytest.mark.parametrize("text", HOSTILE)
def test_exported_markdown_shows_foreign_text_as_it_stands(text: str) -> None:
    conversation = Conversation(title=text, turns=(Turn(question=text),))
    rendered = MARKDOWN.render(export.markdown(conversation, VI))
    assert set(re.findall(r"<(\w+)", rendered)) == {"h1", "h2"}
    shown = html.unescape(re.sub(r"<[^>]*>", " ", rendered)).split()
    assert shown == 2 * "".join(c for c in text if c.isprintable() or c.isspace()).split()
    assert export.docx(conversation, VI)[:2] == b"PK"


def test_articles_without_author_or_url_are_cited_by_what_there_is() -> None:
    turn = talk_about("Năng suất lúa đạt bao nhiêu?").turns[0]
    (first, *_) = first_citations(turn)
    assert export.reference(first.article) == (
        "Vụ lúa đông xuân được mùa. Tin Đồng Bằng. 02/04/2024. lua.txt"
    )
