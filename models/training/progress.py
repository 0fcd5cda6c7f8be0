"""A progress bar on the error stream; on a log file it becomes one line a minute."""
from __future__ import annotations

import sys
import time
from typing import Iterable, Iterator, Sized, TypeVar

T = TypeVar("T")


def line(title: str, share: float, started: float, note: str = "") -> str:
    """`title [#####.....]  50 %  12:34 left  note`; `started` is time.monotonic() at the beginning."""
    share = min(max(share, 0.0), 1.0)
    elapsed = time.monotonic() - started
    left = elapsed * (1 - share) / share if share > 0 else 0.0
    filled = round(share * 24)
    return (f"{title} [{'#' * filled}{'.' * (24 - filled)}] {share * 100:3.0f} %  "
            f"{int(left // 60)}:{int(left % 60):02d} left  {note}")


class Bar:
    """Shows how far a task is; `show` may be called as often as one likes."""

    def __init__(self, title: str) -> None:
        self._title, self._started, self._shown = title, time.monotonic(), 0.0
        self._live = sys.stderr.isatty()

    def show(self, share: float, note: str = "", force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._shown < (0.2 if self._live else 60):
            return
        self._shown = now
        text = line(self._title, share, self._started, note)
        sys.stderr.write(f"\r{text}\x1b[K" if self._live else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._live:
            sys.stderr.write("\n")


def bar(items: Iterable[T], title: str) -> Iterator[T]:
    """Yields the items of a sized iterable while showing a bar."""
    total = len(items) if isinstance(items, Sized) else 0
    shown = Bar(title)
    for index, item in enumerate(items):
        shown.show(index / max(total, 1))
        yield item
    shown.end()
