"""Files that only the account may read under which the server runs. Standard library only: the settings need it."""

import os
import stat
from pathlib import Path
from typing import Final

OWN_FILES: Final = ("secret-key", "syncscope.sqlite3", "syncscope.sqlite3-wal", "syncscope.sqlite3-shm")
"""What a folder of data holds that nobody else may read: the key that signs cookies, and the database."""


def make_private(folder: Path) -> None:
    """Make a folder of data, or close to others one that was made more open, with what is in it.

    A folder that holds none of our files is left as it is: it may be anybody's.
    """
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    files = [path for name in OWN_FILES if (path := folder / name).is_file()]
    for path in (*files, *([folder] if files else [])):
        _close(path)


def _close(path: Path) -> None:
    found = path.stat()
    # A folder that everybody may write to, such as /tmp, is shared on purpose.
    is_shared = bool(found.st_mode & stat.S_ISVTX)
    if found.st_mode & 0o077 and found.st_uid == os.geteuid() and not is_shared:
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
