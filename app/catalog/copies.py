"""Packed copies of the catalog's text: ten undone deletions of ten thousand profiles are no burden."""

import zlib

from app.catalog.file import Source
from app.domain.catalogcopy import CatalogCopy
from app.domain.digests import sha256

_BOM = "\ufeff"


def copy_of(source: Source) -> CatalogCopy:
    """Return a copy of what stands in the file."""
    content = ((_BOM if source.bom else "") + source.text).encode()
    return CatalogCopy(sha256(content).hexdigest(), zlib.compress(content, 1))


def source_of(copy: CatalogCopy) -> Source:
    """Return the text of a copy; its values are not read."""
    text = zlib.decompress(copy.content).decode()
    bom = text.startswith(_BOM)
    return Source(text[1:] if bom else text, bom=bom)
