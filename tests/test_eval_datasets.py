from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets import is_dataset, read_corpus, read_dataset, splits, with_unanswerable
from eval.lines import read_lines
from eval.questions import read_questions, write_questions
from eval.trec import read_qrels, read_topics
from eval.types import Judgment, Question
from index.errors import DatasetError

SHARED = Path(__file__).parents[2] / "shared"


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    text = "".join(f"{line}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(
        folder / "corpus.jsonl",
        {"_id": "a", "title": "Một", "text": "Bài một.", "date": "2024-11-05T16:16:31+07:00"},
        {"_id": "b", "title": "Hai", "text": "Bài hai.", "source": "báo Nghệ An"},
    )
    write(
        folder / "queries.jsonl.gz",
        {"_id": "1", "text": "Một là gì?", "metadata": {"answers": ["bài một"]}},
        {"_id": "2", "text": "Hai là gì?"},
        {"_id": "3", "text": "Ba là gì?"},
    )
    write(folder / "queries.en.jsonl", {"_id": "1", "text": "What is one?"})
    write(
        folder / "queries.unanswerable.jsonl",
        {"_id": "9", "text": "Chín là gì?", "metadata": {"is_impossible": True, "answers": []}},
    )
    head = "query-id\tcorpus-id\tscore"
    write(folder / "qrels/dev.tsv", head, "1\ta\t1", "2\tb\t2", "2\ta\t0")
    write(folder / "qrels/train.tsv.gz", head, "3\ta\t1", "7\ta\t1")
    return folder


def test_what_a_dataset_asks_already_is_not_asked_twice(beir: Path) -> None:
    dataset = read_dataset(beir)
    own = read_dataset(beir / "queries.unanswerable.jsonl")
    assert len(own.questions) > 0
    assert with_unanswerable(dataset, own).questions == dataset.questions


def test_a_beir_folder_gives_the_questions_of_one_split(beir: Path) -> None:
    dataset = read_dataset(beir)
    assert (dataset.name, dataset.split, dataset.corpus) == ("news", "dev", beir / "corpus.jsonl")
    first, second, impossible = dataset.questions
    assert first == Question(
        "1", "Một là gì?", (Judgment("a"),), ("bài một",), english="What is one?"
    )
    assert second.gold == (Judgment("b", 2), Judgment("a", 0))
    assert not impossible.answerable
    assert dataset.notes == ()


def test_judged_questions_that_are_not_there_are_counted(beir: Path) -> None:
    dataset = read_dataset(beir, "train")
    assert [q.id for q in dataset.questions] == ["3", "9"]
    assert dataset.notes == ("1 judged questions are not in queries.jsonl.gz",)


def test_the_splits_are_listed_with_the_default_first(beir: Path) -> None:
    assert splits(beir) == ["dev", "train"]
    with pytest.raises(DatasetError, match=r"no split 'tets'; it has: dev, train"):
        read_dataset(beir, "tets")


def test_the_corpus_keeps_what_a_newspaper_knows(beir: Path) -> None:
    one, two = read_corpus(beir / "corpus.jsonl")
    assert (one.id, one.title, one.text, one.published) == (
        "a",
        "Một",
        "Bài một.",
        date(2024, 11, 5),
    )
    assert two.source == "báo Nghệ An"
    assert one.digest != two.digest


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"_id": "b", "text": ', "not JSON"),
        ('["b"]', "a JSON object was expected"),
        ('{"_id": "b"}', "needs '_id' and 'text'"),
        ('{"_id": "a", "text": "lại"}', "is there twice"),
        ('{"_id": "b", "text": "x", "date": "hôm qua"}', "the date 'hôm qua'"),
        ("[" * 100_000, "JSON that cannot be taken in"),
    ],
)
def test_a_broken_article_is_named_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path / "corpus.jsonl", {"_id": "a", "text": "x"}, "", line)
    with pytest.raises(DatasetError, match=rf"corpus\.jsonl, line 3: .*{why}"):
        list(read_corpus(path))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": "2", "text": "  "}', "no question"),
        ('{"id": "1", "text": "lại"}', "the id '1' is there twice"),
        ('{"id": "2", "text": "x", "evidence": ["y"]}', "does not say which article"),
        ('{"id": "2", "text": "x", "evidence": {"article": "a", "start": 5}}', "has no end"),
        ('{"id": "2", "text": "x", "article": "a", "start": 9, "end": 3}', "no span"),
        ('{"id": "2", "text": "x", "article": "a", "start": "x", "end": 3}', "invalid literal"),
    ],
)
def test_a_broken_question_is_named_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path / "q.jsonl", {"id": "1", "text": "Gì?"}, line)
    with pytest.raises(DatasetError, match=rf"q\.jsonl, line 2: .*{why}"):
        read_questions(path)


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"id": "1", "text": "Gì?"}\n'.encode() + b"\xff\xfe\n")
    with pytest.raises(DatasetError, match=r"q\.jsonl, line 2: not UTF-8 at byte 0"):
        read_questions(path)


def test_a_gzip_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl.gz"
    whole = gzip.compress(b"".join(b'{"id": "%d", "text": "Gi?"}\n' % n for n in range(5000)))
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetError, match=r"q\.jsonl\.gz cannot be read after line \d+"):
        read_questions(path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(DatasetError, match=r"Not a gzipped file"):
        read_questions(path)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "1", "text": "x"}\r\n\r\n{"id": "2", "text": "y"}\r\n')
    assert [q.id for q in read_questions(path)] == ["1", "2"]
    assert [number for number, _ in read_lines(path)] == [1, 3]


def test_questions_without_an_article_are_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", {"text": "Gì?", "answers": "một"}, {"text": "Sao?"})
    dataset = read_dataset(path)
    assert [q.id for q in dataset.questions] == ["1", "2"]
    (note,) = dataset.notes
    assert note.startswith("2 answerable questions name no article: only their answers can be")


def test_evidence_is_offsets_or_words(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.jsonl",
        {"text": "x", "article": "a", "evidence": "Bài một."},
        {"text": "x", "evidence": [{"article": "a", "start": 0, "end": 3}, {"article": "b"}]},
        {"text": "x", "metadata": {"article": ["a", "b"]}},
        {"text": "x", "metadata": {"article": "a", "start": 2, "end": 4}},
    )
    assert [q.gold for q in read_questions(path)] == [
        (Judgment("a", quote="Bài một."),),
        (Judgment("a", start=0, end=3), Judgment("b")),
        (Judgment("a"), Judgment("b")),
        (Judgment("a", start=2, end=4),),
    ]


def test_a_csv_has_the_same_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.csv",
        "id,question,answers,article,quote,answerable",
        '1,"Ai, ở đâu?",ông A | bà B,a|b,,',
        '2,"Một\ncâu dài?",,a,Bài một.,true',
        "3,Gì?,,,,false",
    )
    assert read_questions(path) == (
        Question("1", "Ai, ở đâu?", (Judgment("a"), Judgment("b")), ("ông A", "bà B")),
        Question("2", "Một\ncâu dài?", (Judgment("a", quote="Bài một."),)),
        Question("3", "Gì?", answerable=False),
    )


def test_a_broken_csv_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "q.csv", "id,question", "1,Gì?", "2,Sao?,thừa")
    with pytest.raises(DatasetError, match=r"q\.csv, line 3: not 2 columns"):
        read_questions(path)
    with pytest.raises(DatasetError, match=r"no column named 'question' or 'text'"):
        read_questions(write(tmp_path / "r.csv", "id,câu hỏi", "1,Gì?"))


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
spans = st.one_of(
    st.builds(Judgment, words),
    st.builds(Judgment, words, st.integers(0, 3), quote=words),
    st.builds(Judgment, words, start=st.integers(0, 9), end=st.integers(10, 20)),
)


@given(
    st.lists(
        st.builds(
            Question,
            words,
            words,
            st.lists(spans, max_size=3).map(tuple),
            st.lists(words, max_size=3).map(tuple),
            english=st.none() | words,
            facets=st.dictionaries(words, words, max_size=2).map(lambda d: tuple(d.items())),
        ),
        unique_by=lambda question: question.id,
    )
)
def test_questions_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, questions: list[Question]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.jsonl"
    write_questions(path, tuple(questions))
    assert read_questions(path) == tuple(questions)


CLASSIC = """<top>
<num> Number: 301
<title> Tội phạm
có tổ chức
<desc> Description:
Điều gì?
</top>
<top>
<num> Number: 302
<title> Bại liệt &amp; vắc-xin
</top>
"""
XML = '<topics><topic number="1"><query>Gì?</query></topic></topics>'


def test_topics_come_in_three_forms(tmp_path: Path) -> None:
    path = tmp_path / "topics.txt"
    path.write_text(CLASSIC, encoding="utf-8")
    assert read_topics(path) == {"301": "Tội phạm có tổ chức", "302": "Bại liệt & vắc-xin"}
    path.write_text(XML, encoding="utf-8")
    assert read_topics(path) == {"1": "Gì?"}
    path.write_text("1\tGì?\n2\tAi?\n", encoding="utf-8")
    assert read_topics(path) == {"1": "Gì?", "2": "Ai?"}


def test_trec_folders_and_pairs_of_files_are_datasets(tmp_path: Path) -> None:
    topics = write(tmp_path / "set/topics.tsv", "1\tGì?", "2\tAi?", "3\tSao?")
    qrels = write(tmp_path / "set/qrels.txt", "1 0 a 1", "1 0 b 0", "2\t0\ta\t2", "4 0 a 1")
    for dataset in (read_dataset(tmp_path / "set"), read_dataset(topics, qrels=qrels)):
        assert [(q.id, q.gold) for q in dataset.questions] == [
            ("1", (Judgment("a"), Judgment("b", 0))),
            ("2", (Judgment("a", 2),)),
        ]
        assert dataset.notes == (
            "1 judged topics are not in topics.tsv",
            "1 topics have no judgment in qrels.txt and were left out",
        )
    assert is_dataset(tmp_path / "set")
    assert not is_dataset(tmp_path)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1 0 a", None),
        ("1 a", "3 or 4 columns"),
        ("1 0 a viel", "the grade 'viel'"),
        ("1 0 a nan", "the grade 'nan'"),
        ("1 0 a .5", "the grade '.5'"),
        ("1 0 a 2", "'a' has two grades for '1'"),
    ],
)
def test_a_broken_judgment_is_named_with_its_line(
    tmp_path: Path, line: str, why: str | None
) -> None:
    path = write(tmp_path / "qrels", "1 0 a 1", line)
    with pytest.raises(DatasetError, match=rf"qrels, line 2: .*{why or 'the grade'}"):
        read_qrels(path)


def test_what_is_no_dataset_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="There is no dataset at"):
        read_dataset(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"neither queries\.jsonl nor"):
        read_dataset(tmp_path)
    with pytest.raises(DatasetError, match="holds no questions"):
        read_dataset(write(tmp_path / "q.jsonl"))
    with pytest.raises(DatasetError, match="topics needs --qrels FILE"):
        read_dataset(write(tmp_path / "topics.tsv", "1\tGì?"))
    with pytest.raises(DatasetError, match=r"holds no qrels/SPLIT\.tsv"):
        read_dataset(write(tmp_path / "bare/queries.jsonl", {"text": "x"}).parent)


def test_a_file_of_questions_may_say_which_split_each_is_of(tmp_path: Path) -> None:
    rows = [{"text": "Gì?", "split": "dev"}, {"text": "Ai?", "metadata": {"split": "test"}}]
    path = write(tmp_path / "q.jsonl", *rows)
    assert [q.text for q in read_dataset(path, "test").questions] == ["Ai?"]
    assert len(read_dataset(path).questions) == 2
    with pytest.raises(DatasetError, match="no split 'tets'; it has: dev, test"):
        read_dataset(path, "tets")
    whole = read_dataset(write(tmp_path / "whole.jsonl", {"text": "Gì?", "article": "a"}), "dev")
    assert whole.notes == ("no question says which split it is of, so all are taken for dev",)


def test_judgments_may_come_apart_from_the_questions(beir: Path, tmp_path: Path) -> None:
    qrels = write(tmp_path / "mine.tsv", "qid\tdocid\trel", "3\tb\t1.0", "3\tb\t1")
    of_folder = read_dataset(beir, qrels=qrels)
    assert of_folder.corpus is not None
    of_file = read_dataset(beir / "queries.jsonl.gz", qrels=qrels)
    for dataset in (of_folder, of_file):
        assert dataset.questions[0].gold == (Judgment("b", 1),)
        assert dataset.questions[0].text == "Ba là gì?"


def test_the_shared_datasets_are_read_whole() -> None:
    seeds = read_dataset(SHARED / "data/seed-questions.jsonl")
    assert sum(q.answerable for q in seeds.questions) == 13
    assert sum(bool(q.gold) for q in seeds.questions) == 13
    xquad = read_dataset(SHARED / "data/xquad-vi")
    assert xquad.split == "test"
    assert sum(q.answerable for q in xquad.questions) == 1190
    assert sum(q.english is not None for q in xquad.questions) == 1190
    assert sum(not q.answerable for q in xquad.questions) == 882
    viquad = read_dataset(SHARED / "data/viquad", "dev")
    assert len(viquad.questions) == 2285
    assert viquad.corpus is not None
    assert len(list(read_corpus(viquad.corpus))) == 5109
    stories = read_dataset(SHARED / "data/stories")
    assert stories.corpus is not None
    assert all(article.published for article in read_corpus(stories.corpus))
