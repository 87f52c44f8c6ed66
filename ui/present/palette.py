"""The quick switch as data: what is listed for a query, in which order, and which letters matched."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from app.domain.names import ProfileName
from app.domain.profile import Catalog, Profile
from app.domain.session import Status
from app.domain.values import dataclass
from app.texts import N, T
from ui.present.arrange import urgency
from ui.present.names import account_name, place, region_of, role_name

SHOWN = 100  # rows; who sees as many types on
_FILL = 9  # rows that an empty query shows at least, if there are as many profiles
_LONGEST = 64  # letters of a query that count
_HISTORY = 24  # queries whose matches are kept, so that a letter more only narrows
_GRADED = 1000  # matches elsewhere than in the name that are told apart; more are in the names' order
_STARTS = 12  # letters up to which word starts are looked for
_WORD = "\x01"  # stands before each word's first letter
_NOT_IN_NAME = 16  # what a match elsewhere costs; more than any match in the name does
_BREAK_BEFORE = r"(?<![^\W_])"
_BREAKS = re.compile(_BREAK_BEFORE + r"(?=[^\W_])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading among the rows of an empty query."""

    key: str  # "active", "recent", "favorites", "others"


Line = Heading | str  # a profile's name
Fits = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the palette shows. `found`: how many match, of which `lines` are the first."""

    lines: tuple[Line, ...]
    first: int  # the line that is selected, -1: none
    found: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A row's texts with the places of their matched letters."""

    name: frozenset[int]
    second: str
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Now:
    """What besides the catalog decides the order."""

    statuses: Mapping[ProfileName, Status]
    recents: Sequence[str]
    at: datetime


def fold(text: str) -> str:
    """Return a text for comparison, letter by letter: places in it are places in the text."""
    low = text.lower()
    if text.isascii() or (len(low) == len(text) and "Σ" not in text):  # which is another letter at a word's end
        return low
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def heading_words(heading: Heading) -> str:
    """Return a heading in words."""
    words = {"active": T("Active"), "recent": T("Recent"), "favorites": T("Favorites"), "others": T("All profiles")}
    return words[heading.key]


def count_words(found: int, total: int, query: str) -> str:
    """Return what stands beside the field: how many profiles, or how many of them match."""
    if not query.strip():
        return N("{n} profile", "{n} profiles", total)
    return T("{found} of {total}", found=found, total=total)


def spoken_count(found: int) -> str:
    """Return how many match, for a screen reader."""
    return N("{n} result", "{n} results", found)


class Finder:
    """A catalog prepared for the palette, made once per catalog; what is searched is made at the first search."""

    def __init__(self, catalog: Catalog) -> None:
        """Sort the names."""
        self.catalog = catalog
        self._names: list[str] = sorted(catalog.profiles, key=lambda name: (fold(name), name))
        self._texts: list[str] = []
        self._folded: list[str] = []
        self._starts: list[str] = []
        self._seconds: list[str] = []
        self._rank: dict[str, int] = {}
        self._kept: list[tuple[str, list[int]]] = []

    def __len__(self) -> int:
        return len(self._names)

    def prepare(self) -> None:
        """Make what is searched, unless it is there."""
        if self._texts or not self._names:
            return
        profiles = self.catalog.profiles
        self._folded = [fold(name) for name in self._names]
        self._starts = [_BREAKS.sub(_WORD, name) for name in self._folded]
        self._seconds = [fold(place(self.catalog, profiles[name])) for name in self._names]
        hidden = (fold("\n".join(hidden_parts(self.catalog, profiles[name]))) for name in self._names)
        self._texts = ["\n".join(parts) for parts in zip(self._folded, self._seconds, hidden, strict=True)]
        self._rank = {name: number for number, name in enumerate(self._names)}

    def listed(self, query: str, now: Now) -> Listed:
        """Return the lines for a query."""
        words = fold(query[:_LONGEST]).split()
        return self._found(words, now) if words else self._sections(now)

    def _sections(self, now: Now) -> Listed:
        profiles = self.catalog.profiles
        running = [one for one in now.statuses.values() if one.valid(now.at) and one.profile in profiles]
        active: list[str] = [one.profile for one in sorted(running, key=urgency(now.at))]
        taken = set(active)
        parts: list[tuple[str, list[str]]] = [("active", active)]
        recent = [name for name in now.recents if name in profiles and name not in taken]
        taken.update(recent)
        favorites = [name for name in self._names if name not in taken and profiles[name].favorite]
        taken.update(favorites)
        parts += [("recent", recent), ("favorites", favorites)]
        if len(taken) < _FILL:
            free = (name for name in self._names if name not in taken)
            parts.append(("others", [name for name, _ in zip(free, range(_FILL - len(taken)), strict=False)]))
        lines: list[Line] = []
        for key, names in parts:
            lines += [Heading(key), *names] if names else []
        lines = lines[:SHOWN]
        rows = [number for number, line in enumerate(lines) if isinstance(line, str)]
        idle = (number for number in rows if lines[number] not in active)
        return Listed(tuple(lines), next(idle, rows[0] if rows else -1), len(self._names))

    def _found(self, words: list[str], now: Now) -> Listed:
        self.prepare()
        matching = self._matching(words)
        names = self._best(words, matching, now)
        return Listed(tuple(names), 0 if names else -1, len(matching))

    def ranked(self, query: str, now: Now, among: Callable[[str], bool] | None = None) -> list[str]:
        """Return all that match a query, and are `among`: the first SHOWN best first, more by name."""
        self.prepare()
        words = fold(query[:_LONGEST]).split()
        matching = self._matching(words)
        if among is not None:
            matching = [number for number in matching if among(self._names[number])]
        best = self._best(words, matching, now)
        if len(best) < len(matching):
            taken = set(best)
            best += [name for name in map(self._names.__getitem__, matching) if name not in taken]
        return best

    def _best(self, words: list[str], matching: list[int], now: Now) -> list[str]:
        """Return the names of the SHOWN best, the best first."""
        wins = self._winners(now)
        names: list[str] = []
        for level in self._levels(words, matching):
            ahead = sorted(wins.keys() & set(level), key=wins.__getitem__) if wins else []
            room = SHOWN + len(ahead)  # of the others no more are looked at than can be shown
            names += [self._names[number] for number in ahead]
            names += [self._names[number] for number in level[:room] if number not in wins]
            if len(names) >= SHOWN:
                break
        return names[:SHOWN]

    def _levels(self, words: list[str], matching: list[int]) -> Iterable[list[int]]:
        """Return the matching profiles in levels, the best first. A word that all match alike decides nothing."""
        if len(words) == 1:
            return (level for _, level in self._graded(words[0], matching))
        graded = [list(self._graded(word, matching)) for word in dict.fromkeys(words)]
        telling = [levels for levels in graded if len(levels) > 1] or graded[:1]
        if len(telling) == 1:
            return (level for _, level in telling[0])
        sums = dict.fromkeys(matching, 0)
        for levels in telling:
            for grade, level in levels:
                for number in level:
                    sums[number] += grade
        summed: dict[int, list[int]] = {}
        for number, grade in sums.items():
            summed.setdefault(grade, []).append(number)
        return (summed[grade] for grade in sorted(summed))

    def _winners(self, now: Now) -> dict[int, int]:
        """Return the profiles that win a tie, with their places: the active first, then the recent."""
        active = [one for one in now.statuses.values() if one.valid(now.at)]
        names: list[str] = [one.profile for one in sorted(active, key=urgency(now.at))]
        ordered = dict.fromkeys([*names, *now.recents])
        return {self._rank[name]: at for at, name in enumerate(ordered) if name in self._rank}

    def _matching(self, words: list[str]) -> list[int]:
        """Return the profiles in which each word is found, from those that a shorter query had left."""
        query = " ".join(words)
        while self._kept and not query.startswith(self._kept[-1][0]):
            self._kept.pop()
        if self._kept and self._kept[-1][0] == query:
            return self._kept[-1][1]
        found = self._kept[-1][1] if self._kept else list(range(len(self._names)))
        known = self._kept[-1][0].split() if self._kept else []
        for word in words:
            if word not in known:
                found = _holding(word, self._texts, found)
        self._kept.append((query, found))
        del self._kept[:-_HISTORY]
        return found

    def _graded(self, word: str, matching: list[int]) -> Iterator[tuple[int, list[int]]]:
        """Yield how well a word matches, 0 the best, and where.

        Whole passes over lists, of which the later are not made where the earlier have found enough.
        """
        begun = self._beginning(word, matching)
        exact = [number for number in begun[:1] if self._folded[number] == word]
        yield from ((at, level) for at, level in enumerate((exact, begun[len(exact) :])) if level)
        matching = _without(matching, begun)
        named = _holding(word, self._folded, matching)
        rest = named
        for grade, fits in enumerate(self._tests(word), start=2):
            if not rest:
                break
            hit = [number for number in rest if fits(number)]
            if hit:
                yield grade, hit
                rest = _without(rest, hit)
        rest = _without(matching, named)
        rest, more = rest[:_GRADED], rest[_GRADED:]
        start = re.compile(_BREAK_BEFORE + re.escape(word)).search
        seconds = self._seconds
        shown = _holding(word, seconds, rest)
        whole = [number for number in shown if word in seconds[number]]
        begun = [number for number in whole if start(seconds[number])]
        levels = (begun, _without(whole, begun), _without(shown, whole), _without(rest, shown) + more)
        yield from ((_NOT_IN_NAME * (1 + at // 3) + at, level) for at, level in enumerate(levels) if level)

    def _beginning(self, word: str, matching: list[int]) -> list[int]:
        """Return those whose name begins with a word: they stand beside each other."""
        low = bisect_left(self._folded, word)
        high = bisect_left(self._folded, word + "\U0010ffff", low)
        every = len(matching) == len(self._folded)
        return list(range(low, high)) if every else matching[bisect_left(matching, low) : bisect_left(matching, high)]

    def _tests(self, word: str) -> tuple[Fits, ...]:
        """Return what a name is tried for, the best first; the last fits all that hold the word's letters."""
        folded, starts = self._folded, self._starts
        begun = _BREAKS.sub(_WORD, word)
        head = word[0]
        runs = _runs(word) if 1 < len(word) <= _STARTS and word.isalnum() else None
        first: tuple[Fits, ...] = (lambda number: begun in starts[number],)
        if runs is not None:
            first = (*first, lambda number: runs.match(starts[number]), lambda number: runs.search(starts[number]))
        last: tuple[Fits, ...] = (
            lambda number: word in folded[number],
            lambda number: folded[number].startswith(head),
            lambda _number: True,
        )
        return first + last


def _holding(word: str, texts: list[str], among: list[int]) -> list[int]:
    """Return those whose text holds the letters of a word in their order."""
    if len(word) == 1:
        return [number for number in among if word in texts[number]]
    search = _scattered(word).search
    return [number for number in among if word in texts[number] or search(texts[number])]


def _without(among: list[int], taken: list[int]) -> list[int]:
    """Return those that are not taken, in their order."""
    if not taken or not among:
        return among
    if len(taken) == len(among):
        return []
    gone = set(taken)
    return [number for number in among if number not in gone]


def hidden_parts(catalog: Catalog, profile: Profile) -> tuple[str, ...]:
    """Return what is searched but not written in a row: region, tags, account, role, aliases, group, title."""
    known = account_name(catalog, profile.account), role_name(profile), str(profile.account or "")
    parts = (region_of(catalog, profile), *profile.tags, *known, *profile.aliases, profile.group, profile.title)
    return tuple(one for one in parts if one)


@lru_cache(maxsize=64)
def _scattered(word: str) -> re.Pattern[str]:
    """Return the pattern of the letters in their order, within one line; it never goes back."""
    head, rest = word[0], word[1:]
    return re.compile(re.escape(head) + "".join(f"[^{re.escape(one)}\n]*+{re.escape(one)}" for one in rest))


@lru_cache(maxsize=64)
def _runs(word: str) -> re.Pattern[str]:
    """Return the pattern of runs of letters that each begin a word: "prad" in prod-admin."""
    rest = "".join(f"(?:{one}|[^\n]*?{_WORD}{one})" for one in map(re.escape, word[1:]))
    return re.compile(_WORD + re.escape(word[0]) + rest)


def marked(catalog: Catalog, name: str, query: str) -> Marked:
    """Return a row's texts with what matched in them; what matched out of sight is written behind the place."""
    profile = catalog.profiles[name]
    second = place(catalog, profile)
    in_name: set[int] = set()
    in_second: set[int] = set()
    for word in fold(query[:_LONGEST]).split():
        found = places(word, fold(name))
        if found:
            in_name |= set(found)
            continue
        found = places(word, fold(second))
        if not found:
            piece = next((one for one in hidden_parts(catalog, profile) if places(word, fold(one))), "")
            if piece and piece not in second:
                second = f"{second} · {piece}" if second else piece
            found = tuple(len(second) - len(piece) + at for at in places(word, fold(piece)))
        in_second |= set(found)
    return Marked(frozenset(in_name), second, frozenset(in_second))


@lru_cache(maxsize=512)
def places(word: str, text: str) -> tuple[int, ...]:
    """Return where the letters of a word stand in a text, in long runs and at word starts as far as can be; () if not.

    Both are folded.
    """
    if not word or not _scattered(word).search(text):
        return ()
    starts = {match.start() for match in _BREAKS.finditer(text)}
    best: dict[int, tuple[int, tuple[int, ...]]] = {}  # by the place of the last letter
    for number, letter in enumerate(word):
        step: dict[int, tuple[int, tuple[int, ...]]] = {}
        before: tuple[int, tuple[int, ...]] | None = None if number else (0, ())
        for at, one in enumerate(text):
            if one == letter and before is not None:
                bonus = 3 if at in starts else 0
                step[at] = before[0] + bonus, (*before[1], at)
            if one == letter and number and at - 1 in best:
                run = best[at - 1]
                if at not in step or run[0] + 4 > step[at][0]:
                    step[at] = run[0] + 4, (*run[1], at)
            if number and at in best and (before is None or best[at][0] > before[0]):
                before = best[at]
        best = step
    return max(best.values(), key=lambda one: one[0])[1]
