"""The inbox: which files of the given paths are to be read, by what they hold rather than by what they are called."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath

from qa_excel.district.archives import lay_out, unopened
from qa_excel.district.received import Names, Received, beginnings
from qa_excel.files import oserrors
from qa_excel.files.contents import Content, content_of
from qa_excel.files.output import DATA_MARK, DESCRIPTOR, is_output
from qa_excel.files.refusals import PackageError
from qa_excel.files.walking import walk
from qa_excel.problems import Problem, Source
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"})
"""Endings of files that a school may mean as its workbook; the reader says what is wrong with them."""
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"})
"""Endings of files in which a school may have packed its workbooks."""
STAND_INS = frozenset(
    {".icloud", ".gsheet", ".gdoc", ".gslides", ".url", ".webloc", ".lnk", ".cloud", ".cloudf"}
    | {".download", ".crdownload", ".opdownload", ".part", ".partial", ".filepart", ".tmp", ".temp"}
)
"""Endings of what a cloud drive, a browser or another program puts where a file is to be."""
_TABLES = (".csv", ".parquet")
_MOST_DESCRIBED = 1 << 20
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_SYSTEM_FOLDERS = frozenset({"__macosx"})
_MEANT = re.compile(r"\.(?:xlsx|xlsm|xltx|xltm|xlsb|xls|ods|xslx|xlxs|xlx|xl|xlsxs|xslm)(?![a-z])", re.IGNORECASE)
"""An ending of a workbook, mistyped or with another behind it."""
_PACKED = re.compile(r"\.zip(?![a-z0-9])", re.IGNORECASE)
_LOCKS = ("~$", ".~lock.", "._")
"""What the names of files begin with that a program leaves beside one that is open, or for itself."""
_SHOWN_DEPTH = 3
"""Folders by which one is called that lies too deep."""
_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")
_OWN_TEMPORARY = re.compile(r"\.[a-z0-9_]{8}\.(?:tmp|old)")


class InboxError(Said):
    """A path that is absent or forbidden; `reason` is None for an absent one."""

    def __init__(self, path: Path, reason: Text | None = None):
        if reason is None:
            super().__init__(Text(f"ไม่พบแฟ้มหรือโฟลเดอร์ {path}", f"no such file or folder: {path}"))
        else:
            super().__init__(Text(f"เปิด {path} ไม่ได้ ({reason.th})", f"can't open {path} ({reason.en})"))
        self.path = path
        self.reason = reason


@dataclass(slots=True)
class Inbox:
    """Files to be read, in order, and problems for those that are no workbooks."""

    files: list[Received] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def search(
    paths: Iterable[Path],
    endings: frozenset[str] = SPREADSHEETS,
    but: Iterable[Path | None] = (),
    *,
    new_folder: Callable[[], Path],
    is_known: Callable[[Path], bool] = lambda path: False,
) -> Inbox:
    """Files given are taken as they are; folders are searched through, in order of name, and so are .zip archives.

    endings: what is read by its name alone. but: files to pass over (the roster, for one).
    new_folder: makes an empty folder in which an archive is laid out. is_known: tells a file that was read before,
    which need not be looked into.
    Lock files, hidden files that are nothing and the program's own outputs in folders are passed over in silence;
    other files that are no workbooks are reported, and so are links that lead out of the folder and special files
    (pipes, devices), which are not opened. Raises InboxError for a path that is absent or forbidden.
    """
    sorter = _Sorter(new_folder, endings, is_known)
    seen = {path.resolve() for path in but if path}
    folders: dict[Path, Path] = {}
    for path, place in beginnings(paths).items():
        if path.is_dir():
            from_root = _from_root(path)
            for file in _walk(path, partial(sorter.refuse_depth, path, place)):
                if _is_inside_link(file, path):
                    continue  # what it leads to is met on the way
                inside = file.relative_to(path)
                lying = _Lying(file, place / inside, from_root / inside)
                if _is_special(file):
                    sorter.tell("file.special", lying)
                elif (real := _real(file, folders)) not in seen:
                    seen.add(real)
                    sorter.sort(lying)
        elif path.exists():
            if path.resolve() not in seen:
                seen.add(path.resolve())
                sorter.sort(_Lying(path, place, _from_root(path.parent) / path.name, is_named=True))
        else:
            raise InboxError(path)
    return sorter.inbox


@dataclass(frozen=True, slots=True)
class _Lying:
    """A file that was met: where it is opened, what it is called before masking, and where it lies in the inbox.

    is_named: the user asks for it, whatever it is. is_packed: it lies in an archive.
    """

    path: Path
    called: PurePath
    place: PurePath
    is_named: bool = False
    is_packed: bool = False

    @property
    def is_hidden(self) -> bool:
        return self.called.name.startswith(".") and not self.is_named

    @property
    def ending(self) -> str:
        return self.called.suffix.lower()


@dataclass(slots=True)
class _Sorter:
    """Puts each file where it belongs."""

    new_folder: Callable[[], Path]
    endings: frozenset[str]
    is_known: Callable[[Path], bool]
    inbox: Inbox = field(default_factory=Inbox)
    names: Names = field(default_factory=Names)

    def sort(self, file: _Lying) -> None:
        if file.called.name.startswith(_LOCKS) and not file.is_named:
            return
        if file.ending in self.endings and not file.is_hidden and self.is_known(file.path):
            self.inbox.files.append(self.received(file))
            return
        content = Content.OTHER if file.is_named and not file.path.is_file() else content_of(file.path)
        if content is Content.ARCHIVE and _may_be_archive(file) and not file.is_hidden:
            self.open(file)
        elif file.ending in self.endings and not file.is_hidden:
            self.read(file)
        elif content is Content.WORKBOOK and file.is_hidden:
            if not is_output(file.path):
                self.tell("file.hidden", file)
        elif content is Content.WORKBOOK:
            self.read(file, "file.wrong_ending")
        elif _is_stand_in(file, content):
            self.refuse(file, PackageError("file.placeholder"))
        elif file.is_hidden:
            return
        elif content is Content.OTHER_ARCHIVE or file.ending in ARCHIVES:
            is_zip = file.ending == ".zip" and content is not Content.OTHER_ARCHIVE
            why = ("แฟ้มเสียหาย", "it is damaged") if is_zip else ("ไม่ใช่ .zip", "it is no .zip")
            self.refuse(file, unopened(*why))
        elif file.is_named or _MEANT.search(file.called.name):
            self.read(file)
        else:
            self.tell("file.other", file)

    def open(self, archive: _Lying) -> None:
        """Sort what is in a .zip; one in another is named and left closed."""
        if archive.is_packed:
            self.refuse(archive, unopened("อยู่ในแฟ้มบีบอัดอีกชั้นหนึ่ง", "it lies in another archive"))
            return
        try:
            members = lay_out(archive.path, self.new_folder())
        except PackageError as refusal:
            self.refuse(archive, refusal)
            return
        except OSError as error:  # no room to lay it out
            self.refuse(archive, PackageError("file.unreadable", reason=oserrors.reason(error)))
            return
        for member in members:
            if _is_passed_over(Path(member.name)):
                continue
            path = member.path or archive.path
            file = _Lying(path, archive.called / member.name, archive.place / member.name, is_packed=True)
            if member.refusal:
                self.refuse(file, member.refusal)
            else:
                self.sort(file)

    def read(self, file: _Lying, finding: str = "") -> None:
        if file.is_named or not is_output(file.path):
            received = self.received(file)
            problem = Problem(finding, Source(received.name)) if finding else None
            self.inbox.files.append(replace(received, finding=problem))

    def refuse(self, file: _Lying, refusal: PackageError) -> None:
        """A file that was sent and can't be opened."""
        received = self.received(file)
        problem = Problem(refusal.code, Source(received.name), params=refusal.params)
        self.inbox.files.append(replace(received, refusal=problem))

    def refuse_depth(self, top: Path, place: PurePath, folder: Path) -> None:
        """A folder that lies too deep to be looked into, called by those in which it begins."""
        inside = PurePath(*folder.relative_to(top).parts[:_SHOWN_DEPTH])
        lying = _Lying(top / inside, place / inside, _from_root(top) / inside)
        self.refuse(lying, PackageError("file.unreadable", reason=oserrors.reason(OSError(errno.ENAMETOOLONG, ""))))

    def tell(self, code: str, file: _Lying) -> None:
        """Say why what is no workbook of a school is not read."""
        received = self.received(file)
        self.inbox.problems += [Problem(code, Source(received.name)), *received.problems()]

    def received(self, file: _Lying) -> Received:
        return replace(self.names.received(file.path, file.called), place=str(file.place))


def _real(file: Path, folders: dict[Path, Path]) -> Path:
    """A file by the one name that it has, whatever links lead to it. folders: those that are known so far."""
    if file.is_symlink():
        return file.resolve()
    if file.parent not in folders:
        folders[file.parent] = file.parent.resolve()
    return folders[file.parent] / file.name


def _from_root(folder: Path) -> PurePath:
    """A folder that was given, by a name that none of its own has: those that hold it say nothing of a sender."""
    folder = folder.absolute()
    told_apart = hashlib.sha256(os.fsencode(folder)).hexdigest().translate(_NO_DIGITS)
    return PurePath(told_apart, folder.name)


def _may_be_archive(file: _Lying) -> bool:
    return not file.ending or file.ending in ARCHIVES or _PACKED.search(file.called.name) is not None


def _is_stand_in(file: _Lying, content: Content) -> bool:
    name = file.called.name.lower()
    if not file.is_hidden:
        return file.ending in STAND_INS
    if _OWN_TEMPORARY.fullmatch(name):
        return False
    if name.startswith(".~"):
        return not file.path.with_name(name[2:]).exists()  # else a lock beside what is open
    return file.ending in STAND_INS or (content is Content.EMPTY and _MEANT.search(name) is not None)


def _is_passed_over(path: Path) -> bool:
    """True for what a system leaves in folders for itself."""
    folders = path.parts[:-1]
    hidden = any(part.startswith(".") or part.lower() in _SYSTEM_FOLDERS for part in folders)
    return hidden or path.name.lower() in _SYSTEM_FILES


def _walk(folder: Path, too_deep: Callable[[Path], None]) -> Iterable[Path]:
    def refuse(error: OSError) -> None:
        if error.errno != errno.ENAMETOOLONG:
            raise InboxError(Path(error.filename or folder), oserrors.reason(error))
        too_deep(Path(error.filename))

    for root, folders, files in walk(folder, refuse):
        folders[:] = sorted(name for name in folders if not _is_passed_over(Path(name, "x")))
        if DESCRIPTOR in files and is_data_folder(root):
            # Only the tables: what a school may mean as its workbook is read wherever it lies.
            files = [name for name in files if name != DESCRIPTOR and not name.lower().endswith(_TABLES)]
        for name in sorted(files):
            if not _is_passed_over(Path(name)):
                yield root / name


def _is_inside_link(file: Path, folder: Path) -> bool:
    """True for a link to something else in the folder that is searched through."""
    try:
        return file.is_symlink() and file.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # it leads nowhere, or to itself
        return False


def _is_special(file: Path) -> bool:
    """True for all but plain files; a link is one, whatever it leads to."""
    try:
        return not stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False  # reading it says what is wrong


def is_data_folder(folder: Path) -> bool:
    """True for a folder with this program's descriptor of data, be it damaged."""
    descriptor = folder / DESCRIPTOR
    try:
        if not stat.S_ISREG(descriptor.stat().st_mode):
            return False
        with descriptor.open("rb") as handle:
            return f'"{DATA_MARK}'.encode() in handle.read(_MOST_DESCRIBED)
    except OSError:
        return False
