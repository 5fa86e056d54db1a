"""`hoidap eval make-questions`: a question set from one's own corpus, without labels."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from app.cli import eval_shared as shared
from app.cli import terminal
from app.cli.errors import DONE


def make_questions(
    index: shared.Index = None,
    corpus: shared.Corpus = None,
    count: Annotated[
        int, typer.Option("-n", "--count", min=1, help="Questions with an answer, at most.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other questions.")] = 0,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the questions are written.")
    ] = Path("questions.jsonl"),
) -> int:
    """Make questions from the articles themselves, each with how it was made.

    A language model, when one is configured, writes them in its own words.
    """
    from app.cli.eval_subject import open_subject
    from app.settings import load
    from app.wiring import open_generator
    from eval.make_questions import make_questions as make
    from eval.questions import write_questions
    from eval.rephrase import question_writer

    generator = open_generator(load())
    writer = question_writer(generator.endpoint) if generator else None
    subject = open_subject({}, index=index, corpus=corpus)
    with terminal.progress("Making", count, "questions") as advance:
        questions = make(
            subject.articles, subject.index, count, seed=seed, writer=writer, progress=advance
        )
    write_questions(out, questions)
    made = Counter(dict(question.facets)["made"] for question in questions)
    told = ", ".join(f"{number} {how}" for how, number in made.most_common())
    terminal.remark(f"{out}: {len(questions)} questions ({told})")
    terminal.remark(f"To compare settings: hoidap eval run {out} --slice half-remembered")
    return DONE
