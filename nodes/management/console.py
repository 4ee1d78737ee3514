"""What every command of ours speaks to. No console and no reader that goes away makes a traceback of an answer.

Nothing here needs Django or settings.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

WRONG_INPUT = 2
CANNOT_WRITE = 74  # EX_IOERR of sysexits.h
INTERRUPTED = 130


def refuse(sentence: str) -> NoReturn:
    """Say one sentence on standard error, without a traceback, and end."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(WRONG_INPUT)


class _Output(io.RawIOBase):
    """Octets on their way out: once they cannot be written they go nowhere, and `error` says why."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def write(self, octets: "ReadableBuffer") -> int | None:
        if self.error is None:
            try:
                return self._raw.write(octets)
            except OSError as error:
                self.error = error
        return memoryview(octets).nbytes


def _forgiving(stream: TextIO | None) -> tuple[TextIO, _Output]:
    """The same stream, but a character that its encoding lacks is replaced, and a failure is kept for later."""
    if not isinstance(stream, io.TextIOWrapper):  # It is closed (`>&-`), and Python gave none.
        nowhere = _Output(io.FileIO(os.open(os.devnull, os.O_WRONLY), "wb", closefd=False))
        return io.TextIOWrapper(io.BufferedWriter(nowhere), encoding="utf-8"), nowhere
    # With `python -u` there is no buffer between text and octets; here each line goes out at once instead.
    buffer: Any = stream.buffer
    output = _Output(getattr(buffer, "raw", buffer))
    text = io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=stream.encoding,
        errors="replace" if stream.errors == "strict" else stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )
    return text, output


@contextmanager
def console() -> Iterator[None]:
    """Run a command: its exit status is that of its answer, even where nobody reads on.

    A full disk is another matter: then the answer is lost, and the status says so.
    """
    sys.stdout, output = _forgiving(sys.stdout)
    sys.stderr, _ = _forgiving(sys.stderr)
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        raise SystemExit(INTERRUPTED) from None
    finally:
        sys.stdout.flush()
        if output.error is not None and not isinstance(output.error, BrokenPipeError):
            sys.stderr.write(f"The output cannot be written: {output.error.strerror}.\n")
            raise SystemExit(CANNOT_WRITE)
