"""Which stretch of time the bars show: zoomed and moved within the range that was chosen. Pure; no Qt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.values import dataclass

DAY = timedelta(hours=24)
SHORTEST = timedelta(minutes=10)
_STEPS = (1, 5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10080, 43200)  # minutes between two marks


@dataclass(frozen=True, slots=True)
class Scale:
    """`begin` to `end` is the whole range, `left` to `right` what of it is seen."""

    begin: datetime
    end: datetime
    left: datetime
    right: datetime

    @staticmethod
    def over(begin: datetime, end: datetime) -> "Scale":
        """Return a scale that shows the whole range."""
        return Scale(begin, end, begin, end)

    @property
    def zoomed(self) -> bool:
        """Whether less than the whole range is seen."""
        return self.right - self.left < self.end - self.begin

    def part(self, at: datetime) -> float:
        """Return where a moment is: 0 at the left, 1 at the right, beyond these outside."""
        return (at - self.left) / (self.right - self.left)

    def at(self, part: float) -> datetime:
        """Return the moment at a place from 0 to 1."""
        return self.left + (self.right - self.left) * part

    def zoom(self, factor: float, part: float = 0.5) -> "Scale":
        """Return a scale that shows `factor` times as much; the moment at `part` stays where it is."""
        whole = self.end - self.begin
        length = min(max((self.right - self.left) * factor, min(SHORTEST, whole)), whole)
        return self._put(self.at(part) - length * part, length)

    def move(self, parts: float) -> "Scale":
        """Return a scale moved by so many times what is seen, within the range."""
        length = self.right - self.left
        return self._put(self.left + length * parts, length)

    def show(self, begin: datetime, end: datetime) -> "Scale":
        """Return a scale in which a stretch is seen: moved no further than that takes."""
        if begin < self.left or end - begin > self.right - self.left:
            return self._put(begin, self.right - self.left)
        return self._put(end - (self.right - self.left), self.right - self.left) if end > self.right else self

    def range(self, begin: datetime, end: datetime) -> "Scale":
        """Return the scale over another range, as time goes on: what is seen stays where it can."""
        if not self.zoomed:
            return Scale.over(begin, end)
        return replace(self, begin=begin, end=end).move(0)

    def _put(self, left: datetime, length: timedelta) -> "Scale":
        left = min(max(left, self.begin), self.end - length)
        return replace(self, left=left, right=left + length)

    def marks(self, most: int) -> Iterator[tuple[datetime, bool]]:
        """Yield round moments of the clock that is shown, at most so many, and whether each begins a day."""
        length = (self.right - self.left) / timedelta(minutes=1)
        step = next((one for one in _STEPS if length / one <= max(most, 1)), _STEPS[-1])
        at = self.left.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        days = max(step // 1440, 1)
        while at < self.right:
            if at >= self.left:
                yield at, at.hour == 0 and at.minute == 0
            # by the wall clock, so that a change to summer time moves no mark off its hour
            at = (at + timedelta(days=days) if step >= 1440 else _later(at, step)).replace(tzinfo=None).astimezone()


def _later(at: datetime, minutes: int) -> datetime:
    then = (at + timedelta(minutes=minutes)).astimezone()
    return then if minutes <= 60 else then.replace(hour=then.hour // (minutes // 60) * (minutes // 60))
