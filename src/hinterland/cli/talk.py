"""How the command line talks: language, quiet, progress, and what becomes of an error."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from hinterland.cli.help import preferred

if TYPE_CHECKING:
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
        from hinterland.cli import words

        self.err.print(f"[bold red]{words.ERROR.get(self.language)}:[/] ", end="")
        self.err.print(message, markup=False, soft_wrap=True)
        if mend:
            self.err.print(f"  {mend.strip()}", style="dim", markup=False, soft_wrap=True)

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
                    self.err.print(f"{share:4.0%}  {label.get(self.language)}", markup=False)

            yield line


@contextlib.contextmanager
def talking(quiet: bool, json: bool, language: str | None, debug: bool) -> Iterator[Talk]:
    """Run one command: a user's mistake becomes a line with its mend, never a traceback."""
    chosen: Language = preferred() if language is None else ("zh" if language == "zh" else "en")
    talk = Talk(chosen, quiet, json)
    try:
        with _stopped_like_ctrl_c():
            yield talk
            sys.stdout.flush()
    except typer.Exit:
        raise
    except BrokenPipeError:
        _close_quietly()
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        from hinterland.cli import words

        talk.complain(words.INTERRUPTED.get(chosen))
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            raise
        _explain(error, talk)
        raise typer.Exit(MISTAKE) from None


def _explain(error: Exception, talk: Talk) -> None:
    from hinterland.cli import words
    from hinterland.cli.show import print_findings
    from hinterland.study import CheckError, StudyError

    if isinstance(error, CheckError):
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


@contextlib.contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """Treat a stopping service or a closed terminal as Ctrl-C; what is ignored (nohup) stays ignored."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        names = []  # only the main thread may set handlers
    before = {n: signal.getsignal(n) for n in names if signal.getsignal(n) == signal.SIG_DFL}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _close_quietly() -> None:
    # what is still buffered would fail again, noisily, when the interpreter flushes on its way out
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
