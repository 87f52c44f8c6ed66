"""Turns: one thread works at a time, whoever pauses lets another work, and nobody waits for good."""

import threading

import pytest

from app.sts.turns import Turns

SECONDS = 10.0


def test_one_thread_works_at_a_time_and_a_pause_lets_the_next_one_work() -> None:
    turns, said = Turns(patience=SECONDS), list[str]()
    paused, may_go_on = threading.Event(), threading.Event()

    def first() -> None:
        with turns.turn():
            said.append("first works")
            with turns.pause():
                paused.set()
                assert may_go_on.wait(SECONDS)
            said.append("first again")

    thread = threading.Thread(target=first)
    thread.start()
    assert paused.wait(SECONDS)
    with turns.turn():
        may_go_on.set()
        thread.join(0.05)
        said.append("second works")
    thread.join(SECONDS)
    assert said == ["first works", "second works", "first again"]


def test_who_hangs_holds_up_nobody() -> None:
    turns = Turns(patience=0.0)
    with turns.turn():
        other = threading.Thread(target=lambda: turns.turn().__enter__())
        other.start()
        other.join(SECONDS)
        assert not other.is_alive()
    with turns.turn(), turns.pause():
        pass  # the one without a turn gave none back


def test_a_turn_is_given_back_after_an_error_and_a_pause_within_a_pause_is_one() -> None:
    turns = Turns(patience=SECONDS)
    for _ in range(2):
        with pytest.raises(OSError, match="cut"), turns.turn(), turns.pause(), turns.pause():
            raise OSError("cut")
    with turns.pause():
        pass
    done = threading.Thread(target=lambda: turns.turn().__enter__())
    done.start()
    done.join(SECONDS)
    assert not done.is_alive()
