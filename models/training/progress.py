"""A progress bar on the error stream; on a log file it becomes one line a minute."""
from __future__ import annotations

import sys
import time
from typing import Iterable, Iterator, Sized, TypeVar

T = TypeVar("T")


def line(title: str, share: float, since: float, started: float, note: str = "") -> str:
    """`title [#####.....]  50 %  12:34 left  note`; `started` is time.monotonic() when the share was `since`."""
    share = min(max(share, 0.0), 1.0)
    elapsed = time.monotonic() - started
    left = elapsed * (1 - share) / (share - since) if share > since else 0.0
    filled = round(share * 24)
    return (f"{title} [{'#' * filled}{'.' * (24 - filled)}] {share * 100:3.0f} %  "
            f"{int(left // 60)}:{int(left % 60):02d} left  {note}")


class Smooth:
    """Running means of a few values, unbiased from the first one on."""

    def __init__(self, count: int, keep: float = 0.98) -> None:
        self._sums, self._keep, self._weight = [0.0] * count, keep, 0.0

    def add(self, *values: float) -> list[float]:
        self._weight = self._weight * self._keep + 1 - self._keep
        self._sums = [old * self._keep + new * (1 - self._keep) for old, new in zip(self._sums, values)]
        return [total / self._weight for total in self._sums]


class Bar:
    """Shows how far a task is; `show` may be called as often as one likes."""

    def __init__(self, title: str) -> None:
        self._title, self._started, self._shown, self._from = title, time.monotonic(), 0.0, None
        self._live = sys.stderr.isatty()

    def show(self, share: float, note: str = "", force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._shown < (0.2 if self._live else 60):
            return
        self._shown = now
        # A resumed task starts in the middle; only what was done since says how fast it is.
        self._from = share if self._from is None else self._from
        text = line(self._title, share, self._from, self._started, note)
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
