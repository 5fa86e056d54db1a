"""What an evaluation asks: articles, indexed as the settings say, and opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import terminal
from index.errors import SettingsError

if TYPE_CHECKING:
    from app.settings import Settings
    from eval.types import Dataset, Result, Run
    from index.corpus import NewsIndex
    from index.encoders import Encoder
    from index.types import Article
    from qa.answer import Answerer

_SHAPING = ("chunk_size", "chunk_overlap")


@dataclass(frozen=True, slots=True)
class Subject:
    """An open index, the settings that were changed for it, and notes on its articles."""

    index: NewsIndex
    answerer: Answerer | None
    articles: Sequence[Article]
    changed: Mapping[str, str]
    notes: tuple[str, ...]


def open_subject(
    changed: Mapping[str, str],
    *,
    index: Path | None = None,
    corpus: Path | None = None,
    corpus_file: Path | None = None,
    answers: bool = False,
    encoders: Callable[[Settings], Encoder] | None = None,
) -> Subject:
    """The index in ``index``, else one of the folder ``corpus`` or of a dataset's ``corpus_file``.

    Without any of them it is the index that the settings name. Articles that come without an index
    are indexed into the cache, once. ``encoders`` opens the model in place of app.wiring. Raises
    SettingsError when the arguments contradict each other, or when nothing names the articles.
    """
    from app.settings import load
    from app.wiring import open_encoder

    _refuse_contradictions(changed, index, corpus)
    settings = load({**changed, "index": index})
    if index is None and corpus is None and corpus_file is None:
        _tell_which_index(settings)
    encoder = (encoders or open_encoder)(settings)
    notes: list[str] = []
    if index is None and (corpus or corpus_file):
        from eval.prepare import prepared_index

        articles = _articles(corpus, corpus_file, notes)
        with terminal.progress("Indexing", len(articles), "articles") as advance:
            directory = prepared_index(
                articles,
                encoder,
                settings.cache,
                chunk_size=settings.chunk_size,
                chunk_overlap=settings.chunk_overlap,
                progress=advance,
            )
        settings = load({**changed, "index": directory})
    opened, answerer = _open(settings, encoder, answers)
    return Subject(opened, answerer, list(opened.snapshot.articles()), changed, tuple(notes))


def ask_dataset(
    dataset: Dataset,
    subject: Subject,
    *,
    slice_name: str = "",
    k: int,
    earlier: Run | None = None,
) -> Run:
    """Ask ``dataset``, rewritten when ``slice_name`` says how, with a progress bar.

    What ``earlier``, an interrupted run of the same, has asked is taken over. Raises SettingsError
    when it was of other questions, settings or articles.
    """
    from eval.gold import names, renamed, resolve
    from eval.run import ask_all, current_commit
    from eval.slices import rewrite
    from eval.types import Run

    resolved = resolve(dataset, subject.articles)
    called = names(dataset, resolved)
    questions = resolved.questions
    if slice_name:
        questions = rewrite(questions, slice_name)
    spec, snapshot = subject.index.encoder.spec, subject.index.snapshot
    run = Run(
        dataset=dataset.name,
        split=dataset.split,
        slice=slice_name,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        k=k,
        encoder=f"{spec.name} {spec.revision[:12]}",
        generation=snapshot.generation,
        commit=current_commit(),
        settings=dict(subject.changed),
        chunking=f"{snapshot.chunking.size}/{snapshot.chunking.overlap}",
    )
    done = _taken_over(earlier, run, answers=subject.answerer is not None)
    total = sum(subject.answerer is not None or q.answerable for q in questions)
    with terminal.progress(run.label, total, "questions") as advance:
        results, notes = ask_all(
            questions,
            subject.index,
            k=k,
            answerer=subject.answerer,
            progress=advance,
            done=done,
        )
    lost = sum(q.answerable for q in resolved.questions) - sum(q.answerable for q in questions)
    if lost:
        notes = (*notes, f"{lost} questions have no {slice_name} form and were left out")
    return replace(
        run,
        notes=(*subject.notes, *resolved.notes, *notes),
        results=tuple(renamed(result, called) for result in results),
        unasked=total - len(results),
    )


def remembering_encoders() -> Callable[[Settings], Encoder]:
    """Opens each model once, however many settings are tried with it."""
    from app.wiring import open_encoder

    opened: dict[tuple[str | None, Path], Encoder] = {}

    def open_once(settings: Settings) -> Encoder:
        key = (settings.model, settings.cache)
        if key not in opened:
            opened[key] = open_encoder(settings)
        return opened[key]

    return open_once


def single_values(assignments: Sequence[str]) -> dict[str, str]:
    """``--set key=value`` flags as a mapping; SettingsError when one names several values."""
    from eval.sweep import parse_assignments

    parsed = parse_assignments(assignments)
    for key, values in parsed.items():
        if len(values) > 1:
            raise SettingsError(f"{key} has {len(values)} values; `hoidap eval sweep` tries each.")
    return {key: values[0] for key, values in parsed.items()}


def _refuse_contradictions(
    changed: Mapping[str, str], index: Path | None, corpus: Path | None
) -> None:
    if index is not None and corpus is not None:
        raise SettingsError("--index and --corpus both name the articles; give one of them.")
    shaping = [name for name in _SHAPING if name in changed]
    if index is not None and shaping:
        raise SettingsError(
            f"{shaping[0]} shapes an index and cannot be set for one that is there; give --corpus."
        )


def _tell_which_index(settings: Settings) -> None:
    if isinstance(settings.index, Path) and not settings.index.exists():
        raise SettingsError(
            "These questions come without articles: name them with --corpus FOLDER, or an index of "
            f"them with --index DIR (there is none in {settings.index})."
        )
    terminal.remark(f"Asking the index in {settings.index}; --corpus or --index names another.")


def _taken_over(earlier: Run | None, run: Run, *, answers: bool) -> dict[str, Result]:
    from eval.answers import has_answers

    if earlier is None:
        return {}
    for name in ("dataset", "split", "slice", "k", "encoder", "settings", "chunking", "generation"):
        before, now = getattr(earlier, name), getattr(run, name)
        if before != now:
            raise SettingsError(f"--resume: that run's {name} is {before!r}, not {now!r}.")
    if earlier.results and has_answers(earlier) != answers:
        raise SettingsError("--resume: of the two runs only one asks for answers (--answers).")
    return {result.question.id: result for result in earlier.results}


def _articles(corpus: Path | None, corpus_file: Path | None, notes: list[str]) -> list[Article]:
    from index.types import Article

    if corpus is None and corpus_file is not None:
        from eval.datasets import read_corpus

        return list(read_corpus(corpus_file))
    from index.articles.read import read_articles

    if corpus is None or not corpus.exists():
        raise SettingsError(f"There is no folder {corpus}; --corpus names a folder of articles.")
    read = list(read_articles(corpus))
    articles = [one for one in read if isinstance(one, Article)]
    if not articles:
        raise SettingsError(f"{corpus} holds no article that can be read; give another folder.")
    if len(articles) < len(read):
        notes.append(f"{len(read) - len(articles)} rejections while reading {corpus}")
    return articles


def _open(settings: Settings, encoder: Encoder, answers: bool) -> tuple[NewsIndex, Answerer | None]:
    from app.wiring import open_answerer, open_index

    if not answers:
        return open_index(settings, encoder), None
    answerer = open_answerer(settings, encoder)
    return answerer.index, answerer
