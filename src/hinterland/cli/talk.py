"""How the command line talks: language, quiet, progress, and what becomes of an error."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import typer
from rich.console import Console

from hinterland.cli import words
from hinterland.study.errors import StudyError
from hinterland.study.text import Language, Text

MISTAKE, USAGE, WARNED, INTERRUPTED = 1, 2, 3, 130


@dataclass
class Talk:
    """One command's voice: results go to standard output, everything else to standard error."""

    language: Language
    quiet: bool = False
    json: bool = False
    out: Console = field(default_factory=lambda: Console(highlight=False))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def say(self, text: Text, **values: Any) -> None:
        """Tell the user something that is not a result."""
        if not self.quiet:
            self.err.print(text.get(self.language).format(**values), soft_wrap=True, markup=False)

    def complain(self, message: str, mend: str = "") -> None:
        """Tell the user what is wrong and what to do about it; also when quiet."""
        self.err.print(f"[bold red]{words.ERROR.get(self.language)}:[/] ", end="")
        self.err.print(message, markup=False, soft_wrap=True)
        if mend:
            self.err.print(f"  {mend}", style="dim", markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def progress(self, *, lines: bool = False) -> Iterator[Callable[[Text, float], None]]:
        """Give a function to tell how far we have come: a bar on a terminal; elsewhere lines, if wanted."""
        if self.quiet or not (self.err.is_terminal or lines):
            yield lambda label, share: None
        elif self.err.is_terminal:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            with Progress(*columns, console=self.err, transient=True) as bar:
                task = bar.add_task("", total=1.0)
                yield lambda label, share: bar.update(
                    task, description=label.get(self.language), completed=share
                )
        else:
            told: set[str] = set()

            def line(label: Text, share: float) -> None:
                if label.en not in told:
                    told.add(label.en)
                    self.say(Text.same("{share:4.0%}  {label}"), share=share, label=label.get(self.language))

            yield line


@contextlib.contextmanager
def talking(quiet: bool, json: bool, language: str | None, debug: bool) -> Iterator[Talk]:
    """Run one command: a user's mistake becomes a line with its mend, never a traceback."""
    chosen: Language = words.preferred() if language is None else ("zh" if language == "zh" else "en")
    talk = Talk(chosen, quiet, json)
    # a service that stops us, or a closed terminal, is an interruption like Ctrl-C
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and _main_thread():
            signal.signal(getattr(signal, name), _interrupt)
    try:
        yield talk
        sys.stdout.flush()
    except typer.Exit:
        raise
    except BrokenPipeError:
        _close_quietly()
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        talk.complain(words.INTERRUPTED.get(chosen))
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            raise
        _explain(error, talk)
        raise typer.Exit(MISTAKE) from None


def _explain(error: Exception, talk: Talk) -> None:
    from hinterland.study import CheckError

    if isinstance(error, CheckError):
        from hinterland.cli.show import print_findings

        print_findings(error.report, talk.err, talk.language)
        talk.complain(
            words.CHECK_COUNT.get(talk.language).format(
                study=error.report.study,
                errors=len(error.report.errors),
                warnings=len(error.report.warnings),
            ),
        )
    elif isinstance(error, StudyError):
        talk.complain(error.words.get(talk.language), error.mend_words.get(talk.language))
    elif isinstance(error, MemoryError):
        talk.complain(words.NO_MEMORY.get(talk.language))
    elif isinstance(error, OSError):
        talk.complain(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))
    else:
        talk.complain(
            words.BUG.get(talk.language).format(error=f"{type(error).__name__}: {error}", log=_log())
        )


def _log() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="hinterland-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write(" ".join(sys.argv) + "\n\n" + traceback.format_exc())
    return file.name


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


def _close_quietly() -> None:
    # what is still buffered would fail again, noisily, when the interpreter flushes on its way out
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
