"""Shows on stderr how far long work is: the stage, how much a second, and the time left."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Teller:
    """Call it with (stage, done, total). Without a terminal it prints one line a stage."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._last: tuple[str, int, float] | None = None

    def __enter__(self) -> "Teller":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_line()
        self._progress.stop()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Note that `done` of `total` rows or days of a stage are through."""
        if self._last is None or self._last[0] != stage:
            self._end_line()
            self._last = (stage, 0, time.monotonic())
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._last = (stage, done, self._last[2])
        self._progress.update(
            self._tasks[stage], completed=done, total=max(total, done) if total else None
        )

    def _end_line(self) -> None:
        if self._last is not None and not self._console.is_terminal:
            stage, done, start = self._last
            seconds = time.monotonic() - start
            self._console.print(f"{stage}: {done:,} in {seconds:.1f} s", highlight=False)
        self._last = None


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")
