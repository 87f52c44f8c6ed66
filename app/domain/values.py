"""Values: frozen dataclasses with slots that take less than half of the memory and of the time at import.

`dataclasses` writes and compiles six methods for each class. Here all classes share those that need no code of their
own, and `__init__` alone is compiled; and the class that `slots=True` makes anew can be forgotten: what
`dataclasses` writes to refuse changes would hold on to it.
"""

from dataclasses import FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field
    from dataclasses import dataclass as dataclass  # noqa: PLC0414  the same to whoever uses it
    from typing import Any, ClassVar, Protocol

    class Value(Protocol):
        """What `dataclass` makes: its fields, and what is compared of it as one."""

        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
        __compared__: ClassVar[Callable[[object], object]]
else:
    from dataclasses import dataclass as _dataclass

    def dataclass(cls: type | None = None, /, **wanted: bool) -> "type | Callable[[type], type]":
        """Do as `dataclasses.dataclass`; where it is frozen with slots, in less room."""
        if cls is None:
            return lambda named: dataclass(named, **wanted)
        if not (wanted.get("frozen") and wanted.get("slots")) or "__eq__" in cls.__dict__:
            return _dataclass(cls, **wanted)
        return _thrifty(cls, **wanted)

    def _thrifty(cls: type, *, eq: bool = True, repr: bool = True, **wanted: bool) -> type:  # noqa: A002  as there
        own = frozenset(cls.__dict__)
        if cls.__doc__ is None:
            cls.__doc__ = cls.__name__  # else the whole signature is worked out as its text
        made = _dataclass(cls, eq=False, repr=False, **wanted)
        shared = {"__setattr__": _refuse_change, "__delattr__": _refuse_removal}
        if repr:
            shared["__repr__"] = _said
        if eq:
            shared |= {"__compared__": _compared(made), "__eq__": _equal, "__hash__": _hashed}
        for name, one in shared.items():
            if name not in own:
                setattr(made, name, one)
        return made


def _compared(made: "type[Value]") -> "Callable[[object], object]":
    names = [one.name for one in fields(made) if one.compare]
    return attrgetter(*names) if names else _nothing


def _nothing(value: object) -> tuple[()]:
    del value
    return ()


def _equal(value: "Value", other: object) -> bool:
    if other.__class__ is not value.__class__:
        return NotImplemented
    of = value.__class__.__compared__
    return of(value) == of(other)


def _hashed(value: "Value") -> int:
    return hash(value.__class__.__compared__(value))


@recursive_repr()
def _said(value: "Value") -> str:
    shown = (f"{one.name}={getattr(value, one.name)!r}" for one in fields(value) if one.repr)
    return f"{value.__class__.__qualname__}({', '.join(shown)})"


def _refuse_change(value: object, name: str, new: object) -> NoReturn:
    del value, new
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(value: object, name: str) -> NoReturn:
    del value
    raise FrozenInstanceError(f"cannot delete field {name!r}")
