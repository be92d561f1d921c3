"""Folders that other computers have a part in: a cloud drive carries their files off, a network lets several write.

A database that is changed in place is safe in neither: what is copied in the middle of a change is damaged.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from qa_excel.thai.text import Text

_CLOUD = re.compile(
    r"(?:onedrive|dropbox|google ?drive|my drive|ไดรฟ์ของฉัน|icloud ?drive|mobile documents|cloudstorage|nextcloud"
    r"|owncloud|mega)(?:$|\W.*)",
    re.IGNORECASE,
)
"""What a folder is called that such a program keeps; OneDrive puts an organisation's name behind."""
_CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.davfs", "davfs", "9p"}
)
_MOUNTS = Path("/proc/mounts")
_REMOTE = 4
"""What Windows calls a drive on another computer."""

CLOUD = Text("โฟลเดอร์ที่เก็บไว้บนคลาวด์", "a cloud drive's folder")
NETWORK = Text("โฟลเดอร์บนเครือข่าย", "a network folder")


def shared_with_others(path: Path) -> Text | None:
    """What kind of shared folder a file lies in; None for one of this computer alone, as far as it can be told."""
    place = Path(os.path.realpath(path))
    kept = [Path(folder) for name in _CLOUD_VARIABLES if (folder := os.environ.get(name))]
    if any(map(_CLOUD.fullmatch, place.parent.parts)) or any(map(place.is_relative_to, kept)):
        return CLOUD
    return NETWORK if _is_remote(place) else None


def _is_remote(place: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        return place.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == _REMOTE
    try:
        mounts = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return False
    holding = [(len(at), kind) for _, at, kind, *_ in mounts if place.is_relative_to(at.replace("\\040", " "))]
    return bool(holding) and max(holding)[1] in _NETWORK
