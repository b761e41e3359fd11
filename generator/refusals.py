"""What the system refuses: told by its own word, and told apart from a fault of ours."""

import errno
import os

from generator.errors import BiaodanError, MachineError, Place, RecordError, WriteError, fail

_SCARCE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS})
"""What is lacking whatever file is asked for."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What a copy that is made on the way may meet."""

_NAMES: tuple[str, ...] = (
    "ENOSPC",
    "EDQUOT",
    "EFBIG",
    "EROFS",
    "EIO",
    "EACCES",
    "EPERM",
    "ENXIO",
    "ENODEV",
    "ESTALE",
    "ETIMEDOUT",
)
_NAMES += ("ENOSYS", "ENOLCK", "ECHILD", "EBADF")
_OF_MACHINE = _SCARCE | {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}
_NO_THREAD = "can't start new thread"
_NO_FOLDER = "No usable temporary directory"


def machine_error(error: BaseException) -> MachineError | None:
    """Return E-machine with what the system says it lacks; None for what isn't the machine's fault."""
    why = _refusal(error)
    return fail(MachineError, "E-machine", why=why) if why else None


def place_error(error: BaseException, name: str) -> BiaodanError:
    """Return the error of a place that can't take a file: E-write, or E-machine where it isn't the place's fault."""
    why = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, UnicodeEncodeError):  # a name that the locale's encoding doesn't have
        why = f"LANG: {error.encoding}"
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _SCARCE):
        return fail(MachineError, "E-machine", Place(name), why=why)
    return fail(WriteError, "E-write", Place(name), why=why)


def read_error(error: OSError, name: str) -> BiaodanError:
    """Return the error of a file that can't be read: E-file-read, or E-machine where it isn't the file's fault."""
    if error.errno in _SCARCE | _FULL:
        return fail(MachineError, "E-machine", Place(name), why=error.strerror)
    return fail(RecordError, "E-file-read", Place(name), why=error.strerror or "?")


def _refusal(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return os.strerror(errno.ENOMEM)
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        return _NO_THREAD
    if isinstance(error, FileNotFoundError) and (error.strerror or "").startswith(_NO_FOLDER):
        return _NO_FOLDER
    if isinstance(error, OSError) and error.errno is not None and error.errno in _OF_MACHINE:
        return os.strerror(error.errno)
    return ""
