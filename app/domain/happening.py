"""What happens to the machine that the engine and the prompts must know of."""

from enum import StrEnum


class Happening(StrEnum):
    """One piece of news. SLEEP comes before the machine sleeps, all others after the fact."""

    SLEEP = "sleep"
    WAKE = "wake"
    NETWORK = "network"  # there may be a way to AWS again
    CLOCK = "clock"  # the wall clock was set
    LOCKED = "locked"  # the screen
    UNLOCKED = "unlocked"
