"""What the assistant has made, kept in the state folder so that exactly that can be undone, also after a crash.

A step is written down before its call is made: nothing is half-made without a record of it. Records hold no secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from types import MappingProxyType
from typing import cast

from app.assistant.answers import at, items, table, text, texts
from app.assistant.values import ApiCall, Side, Values
from app.domain.problem import AppError, Code
from app.domain.values import dataclass
from app.ports import StateFiles

FILE = "assistant.json"
RECORDS_MAXIMUM = 200
VERSION = 1


@dataclass(frozen=True, slots=True)
class Made:
    """One call that was made. `sure` False: it began, and no answer came."""

    operation: str
    about: str
    undo: tuple[ApiCall, ...]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One run of the assistant. `profiles`: whose sessions signed, by side; `added`: tables that the catalog got."""

    id: str
    at: datetime
    recipe: str
    account: str
    role_arn: str
    profiles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    made: tuple[Made, ...] = ()
    added: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is left that could be undone."""
        return not self.made and not self.added


class Records:
    """The records, newest first. Blocking; every change is on the disk when the call returns."""

    def __init__(self, state: StateFiles) -> None:
        """Read nothing yet."""
        self._state = state

    def all(self) -> tuple[Record, ...]:
        """Return the records; entries of another form are passed over."""
        found = (_record(one) for one in items(self._state.read(FILE), "records"))
        return tuple(one for one in found if one is not None)

    def find(self, record_id: str | None) -> Record:
        """Return a record, None: the newest; ROLE_RECORD_NONE."""
        for one in self.all():
            if record_id is None or one.id == record_id:
                return one
        raise AppError.of(Code.ROLE_RECORD_NONE, record=record_id or "")

    def put(self, record: Record) -> None:
        """Store a record in the place of the one with its id, or as the newest; an empty one goes."""
        others = [one for one in self.all() if one.id != record.id]
        kept = [record, *others] if not record.empty else others
        self._state.write(FILE, {"version": VERSION, "records": [_json(one) for one in kept[:RECORDS_MAXIMUM]]})


def begun(record: Record, made: Made) -> Record:
    """Return the record with a step that is about to be made."""
    return replace(record, made=(*record.made, made))


def ended(record: Record, made: Made | None) -> Record:
    """Return the record with its last step as it was made, None: it was not."""
    rest = record.made[:-1]
    return replace(record, made=rest if made is None else (*rest, made))


def _json(one: Record) -> dict[str, object]:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "recipe": one.recipe,
        "account": one.account,
        "role_arn": one.role_arn,
        "profiles": dict(one.profiles),
        "made": [
            {
                "operation": made.operation,
                "about": made.about,
                "sure": made.sure,
                "undo": [call_json(c) for c in made.undo],
            }
            for made in one.made
        ],
        "added": [list(pair) for pair in one.added],
    }


def call_json(call: ApiCall) -> dict[str, object]:
    """Return a call as JSON has it."""
    return {
        "service": call.service,
        "operation": call.operation,
        "parameters": dict(call.parameters),
        **({"region": call.region} if call.region else {}),
        **({"side": str(call.side)} if call.side is not Side.ROLE else {}),
    }


def _record(value: object) -> Record | None:
    try:
        when = datetime.fromisoformat(text(value, "at"))
    except ValueError:
        return None
    if not text(value, "id") or when.tzinfo is None:
        return None
    pairs = (texts(one) for one in items(value, "added"))
    return Record(
        text(value, "id"),
        when,
        text(value, "recipe"),
        text(value, "account"),
        text(value, "role_arn"),
        {key: str(one) for key, one in table(value, "profiles").items()},
        tuple(_made(one) for one in items(value, "made")),
        tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2),
    )


def _made(value: object) -> Made:
    undo = tuple(_call(one) for one in items(value, "undo"))
    return Made(text(value, "operation"), text(value, "about"), undo, at(value, "sure") is True)


def _call(value: object) -> ApiCall:
    side = Side.CALLER if text(value, "side") == Side.CALLER else Side.ROLE
    known = table(value, "parameters")
    return ApiCall(text(value, "service"), text(value, "operation"), known, text(value, "region"), side)


def with_results(calls: Sequence[ApiCall], answer: Values) -> tuple[ApiCall, ...]:
    """Put what a step's call answered into the calls that undo it."""
    return tuple(replace(one, parameters=cast(Values, _filled(one.parameters, answer))) for one in calls)


def _filled(value: object, answer: Values) -> object:
    if isinstance(value, Mapping):
        found = cast(Mapping[str, object], value)
        if set(found) == {"$result"}:
            return text(answer, str(found["$result"]))
        return {key: _filled(one, answer) for key, one in found.items()}
    return value
