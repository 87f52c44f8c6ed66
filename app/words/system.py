"""What the operating system answers, as sentences. It speaks English, or in a library's words."""

import errno
import os

_SENTENCES: dict[int, str] = {
    errno.ENOENT: "There is no such file or folder.",
    errno.EACCES: "You may not read or change it.",
    errno.EPERM: "The operating system does not permit it.",
    errno.EISDIR: "It is a folder.",
    errno.ENOTDIR: "A part of its path is not a folder.",
    errno.ELOOP: "Its symbolic links go in a circle.",
    errno.ENAMETOOLONG: "Its name is too long.",
    errno.EROFS: "It is on a disk that can only be read.",
    errno.ENOSPC: "The disk is full.",
    errno.EDQUOT: "Your share of the disk is used up.",
    errno.EIO: "The disk failed.",
    errno.EBUSY: "Another program holds it.",
    errno.EMFILE: "Too many files are open.",
    errno.ESTALE: "The network drive it is on has lost it.",
}

# by what `OSError.strerror` says, as problems carry it
SYSTEM_REASONS: dict[str, str] = {os.strerror(number): text for number, text in _SENTENCES.items()}
