"""One problem's texts as data. English here; translated when they are shown."""

from app.domain.problem import Verb
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Texts of one code. `{name}` stands for a documented argument of the code.

    `remedy` empty: the sentence of `verb` is said. `about` names the argument that the verb's sentence is about where
    the problem brings no subject. `when`: this variant counts only if the named argument is there and not empty.
    `idle`: the detail where nothing runs, if that is another.
    """

    title: str
    detail: str
    remedy: str = ""
    verb: Verb = Verb.NONE
    about: str = ""
    when: str = ""
    idle: str = ""


Sayings = tuple[Say, ...]
