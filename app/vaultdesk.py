"""The vault's requests of the control protocol. Secrets and passphrases come in; none goes out."""

from app.broker.protocol import Ask, Json, Request, problem_json
from app.core import Core
from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.vaults import VaultKind, VaultReport
from app.ports import Vaults

VAULT_VERBS = frozenset(
    {Ask.VAULT_REPORT, Ask.VAULT_UNLOCK, Ask.VAULT_NAMES, Ask.VAULT_KEEP, Ask.VAULT_DROP, Ask.VAULT_MOVE}
)


class VaultDesk:
    """Performs them on the loop that the engine runs on."""

    def __init__(self, core: Core) -> None:
        """Hold the core."""
        self._core = core

    async def perform(self, request: Request) -> Json:
        """Carry out one request; AppError is its problem."""
        core = self._core
        match request.verb:
            case Ask.VAULT_REPORT:
                return await self._report()
            case Ask.VAULT_UNLOCK:
                await core.unlock_vault(Secret(request.value or ""), older=request.adopt)
                return {}
            case Ask.VAULT_NAMES:
                return {"names": list(await core.vault.names())}
            case Ask.VAULT_KEEP:
                await core.vault.write(_entry(request), Secret(request.value or ""))
                return {}
            case Ask.VAULT_DROP:
                return {"found": await core.vault.delete(_entry(request))}
            case _:
                return await self._move(request)

    async def _report(self) -> Json:
        core = self._core
        if core.vaults is None:  # the demo's own vault
            name, count = await core.vault.check(), len(await core.vault.names())
            return report_json(VaultReport(VaultKind.MEMORY, name, None, False, False, None, count))
        return report_json(await core.vaults.report())

    async def _move(self, request: Request) -> Json:
        passphrase = None if request.value is None else Secret(request.value)
        try:
            moved = await self._vaults().move(VaultKind(request.names[0]), passphrase)
        except (ValueError, IndexError):
            raise AppError.of(Code.ENGINE_UNREACHABLE, reason="a move to nowhere") from None
        self._core.try_vault_again()
        return {
            "source": str(moved.source), "target": str(moved.target), "moved": moved.moved, "left": list(moved.left)
        }  # fmt: skip

    def _vaults(self) -> Vaults:
        if self._core.vaults is None:
            raise AppError.of(Code.ENGINE_UNREACHABLE, reason="the demo has a vault of its own")
        return self._core.vaults


def report_json(report: VaultReport) -> dict[str, object]:
    """Return how the vault stands, for scripts and for the socket."""
    move = report.move
    return {
        "vault": str(report.kind),
        "name": report.name,
        "locked": report.locked,
        "secrets": report.count,
        "file": report.file_there,
        "move": None if move is None else {"source": str(move.source), "target": str(move.target)},
        "problem": None if report.problem is None else problem_json(report.problem),
    }


def _entry(request: Request) -> VaultEntry:
    if len(request.names) != 2 or not request.names[0].startswith("rolecall/"):
        raise AppError.of(Code.ENGINE_UNREACHABLE, reason="a request for no entry")
    return VaultEntry(request.names[0], request.names[1])
