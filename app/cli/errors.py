"""Exceptions to one line on stderr and an exit code; nowhere else is either decided.

0    done
1    no answer (ask, search)
2    usage or settings
3    done, but some input was rejected
4    the index is damaged
5    another writer holds the index
6    the index belongs to another model or format
74   input or output failed
130  interrupted
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

# typer carries its own copy of click and does not re-export the base of typer.BadParameter.
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError

from index.errors import (
    DatasetError,
    GenerationFailed,
    HoidapError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    ModelUnavailable,
    QuestionRejected,
    SettingsError,
    StorageFailed,
    WorkerLost,
)

DONE = 0
NO_ANSWER = 1
USAGE = 2
SOME_REJECTED = 3
DAMAGED = 4
LOCKED = 5
MISMATCH = 6
IO_FAILED = 74
INTERRUPTED = 130

_CODES: tuple[tuple[type[HoidapError], int], ...] = (
    (SettingsError, USAGE),
    (QuestionRejected, USAGE),
    (IndexMissing, USAGE),
    (DatasetError, USAGE),
    (ModelUnavailable, USAGE),
    (IndexDamaged, DAMAGED),
    (IndexLocked, LOCKED),
    (IndexMismatch, MISMATCH),
    (StorageFailed, IO_FAILED),
    (GenerationFailed, IO_FAILED),
    (WorkerLost, IO_FAILED),
)


def exit_code(error: HoidapError) -> int:
    """The code of the nearest class in the tree that has one."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return IO_FAILED


def say(line: str) -> None:
    """One line on stderr, whatever line breaks the message holds."""
    print("hoidap: " + " ".join(line.split()), file=sys.stderr, flush=True)


def run(command: Callable[[], object]) -> int:
    """Run ``command`` and return the exit code; what it raises becomes one line on stderr.

    A fault of ours (any other exception) is not hidden: it keeps its traceback.
    """
    try:
        code = command()
    except NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return USAGE
    except UsageError as error:
        say(f"{_sentence(error.format_message())} Try `{_help_command(error)}`.")
        return USAGE
    except ClickException as error:
        say(error.format_message())
        return USAGE
    except HoidapError as error:
        say(str(error))
        return exit_code(error)
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return DONE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}.")
        return IO_FAILED
    return code if isinstance(code, int) else DONE


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def _help_command(error: UsageError) -> str:
    context = error.ctx
    return f"{context.command_path if context else 'hoidap'} --help"


def _silence_stdout() -> None:
    """The reader of our output went away; the interpreter must not complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
