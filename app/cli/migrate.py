"""`hoidap migrate`: an index from a folder into Milvus, or back, and whether it is the same."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import errors, flags, terminal

SHOWN = 5


def migrate(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A folder or a milvus:// address.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A folder or a milvus:// address.")],
    questions: Annotated[
        int, typer.Option("--questions", min=0, help="Questions to ask both indexes afterwards.")
    ] = 200,
    model: flags.Model = None,
) -> int:
    """Copy an index with its vectors; what is there already stays, so it can be run again.

    Then both are asked questions made of the articles. Exit code 4 when the copy lacks articles or
    answers differently.
    """
    from app.settings import load
    from app.wiring import open_encoder
    from index.migrate import compared
    from index.migrate import migrate as move
    from index.opening import open_reader

    settings = load({"index": source, "model": model})
    here, there = settings.index, load({"index": target}).index
    counts = open_reader(here).counts
    with terminal.progress("Copying", counts.living, "articles") as advance:
        moved = move(here, there, advance)
    terminal.echo(f"{moved.copied} copied, {moved.known} there already")
    if not questions:
        return errors.DONE
    different = compared(here, there, open_encoder(settings), questions)
    terminal.echo(f"{questions} questions: {questions - len(different)} have the same hits")
    for question in different[:SHOWN]:
        errors.say(f"other hits: {question}")
    return errors.DAMAGED if different else errors.DONE
