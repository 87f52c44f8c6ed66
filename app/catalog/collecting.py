"""Keeping the garbage collector out of the way of a large reading, which would stop every thread for it."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Run without collections; what was made meanwhile counts as old at the end.

    A catalog of thousands of tables makes hundreds of thousands of objects that stay: each collection of the whole on
    the way looks at them all, holding the interpreter's lock for tenths of a second, and finds nothing. Freezing and
    thawing moves objects to the oldest generation without a look.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if enabled:
            gc.enable()
