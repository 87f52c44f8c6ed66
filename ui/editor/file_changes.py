"""What a save and start of a draft writes into the AWS files. No Qt."""

from app.domain.files import FileChange, LinePut, SectionPut
from app.domain.profile import Catalog
from app.domain.secret import Credentials, Secret
from ui.editor.draft import Draft

# what a session looks like before there is one: lengths as AWS's own usually are
_EXAMPLE = Credentials("ASIAEXAMPLE000000000", Secret("x" * 40), Secret("x" * 1000))


def file_changes(draft: Draft, catalog: Catalog, credentials: Credentials | None) -> list[FileChange]:
    """Return the changes, with the session that runs or an example of one."""
    name, settings = draft.name, catalog.settings
    sections = draft.texts("delivery.credentials_file")
    if settings.default and settings.default == draft.original_name:
        sections = [*sections, "default"]
    made: list[FileChange] = [SectionPut(section, name, credentials or _EXAMPLE) for section in sections]
    if draft.flag("delivery.config_region"):
        made.append(LinePut(name, "region", draft.text("region") or str(settings.region), name))
    return made
