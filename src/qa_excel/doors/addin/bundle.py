"""The offline bundle: all that a PC without internet needs, in one folder with a script to double-click.

It is put together beside its target and moved into place whole.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from qa_excel import __version__
from qa_excel.doors.addin import excel, libreoffice
from qa_excel.files.output import fixed_dates
from qa_excel.files.shipped import shipped
from qa_excel.files.writing import OutputError, writing_folder
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

GUIDE = "install-windows.md"
REQUIREMENTS = "requirements.txt"
"""Every package of the bundle with the hash of its wheel, without which `install.cmd` installs none."""
_PICTURE = re.compile(r"!\[[^]]*\]\((images/[^)]+)\)")
_FILES = Path(__file__).parent / "bundle_files"
_ROOT = shipped("schemas").parent
_NOT_SHIPPED = re.compile(r"(^|/)__pycache__/|\.pyc$|\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$|^\.\./")
_PLATFORMS = {"win_amd64": "AMD64", "win32": "x86", "win_arm64": "ARM64"}

Pip = Callable[[Sequence[str]], int]
"""Runs pip with these arguments and gives its exit status."""


class BundleError(Said):
    """A bundle that can't be made: what is wrong and what to do."""

    def __init__(self, th: str, en: str):
        super().__init__(Text(th, en))


@dataclass(frozen=True, slots=True)
class Target:
    """The computer that a bundle is for."""

    platform: str = "win_amd64"
    python: str = "3.11"

    def __post_init__(self) -> None:
        if self.platform not in _PLATFORMS:
            known = ", ".join(_PLATFORMS)
            raise BundleError(
                f"ไม่รู้จักแพลตฟอร์ม {self.platform} (มี {known})", f"no platform {self.platform} (there are {known})"
            )
        if not re.fullmatch(r"3\.\d+", self.python, re.ASCII):
            raise BundleError(
                f"รุ่นของ Python ต้องเป็นแบบ 3.11 ไม่ใช่ {self.python}", f"a Python is like 3.11, not {self.python}"
            )

    @property
    def markers(self) -> dict[str, str]:
        """What the markers of requirements are answered with: pip would answer with this computer's."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt",
            "platform_machine": _PLATFORMS[self.platform],
            "platform_python_implementation": "CPython",
            "platform_release": "10",
            "platform_system": "Windows",
            "platform_version": "10",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32",
            "extra": "",
        }

    @property
    def registry_tag(self) -> str:
        """How Python's installer names itself in the registry."""
        return self.python + {"win32": "-32", "win_arm64": "-arm64"}.get(self.platform, "")


def run_pip(arguments: Sequence[str]) -> int:
    """Pip of this Python; what it says goes to standard error."""
    return subprocess.run([sys.executable, "-P", "-m", "pip", *arguments], stdout=sys.stderr, check=False).returncode


def build_bundle(
    out: Path, target: Target, wheel: Path | None = None, python_setup: Path | None = None, pip: Pip = run_pip
) -> list[str]:
    """Make the bundle in `out`, which is empty, new, or an earlier bundle; the names of its files are returned."""
    if out.exists() and not (out.is_dir() and ((out / "install.cmd").is_file() or not any(out.iterdir()))):
        raise BundleError(
            f"{out} มีอยู่แล้วและไม่ใช่ชุดติดตั้ง ให้ใช้โฟลเดอร์ใหม่", f"{out} is there and no bundle; name a new folder"
        )
    for needed in [excel.shipped_addin(), *([wheel] if wheel else []), *([python_setup] if python_setup else [])]:
        if not needed.is_file():
            raise BundleError(f"ไม่พบแฟ้ม {needed}", f"no such file: {needed}")
    try:
        with writing_folder(out) as made:
            _fill(made, target, wheel, python_setup, pip)
    except OutputError as error:
        why = error.reason
        raise BundleError(f"เขียน {out} ไม่ได้ ({why.th})", f"can't write {out} ({why.en})") from error
    return sorted(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file())


def _fill(made: Path, target: Target, wheel: Path | None, python_setup: Path | None, pip: Pip) -> None:
    wheels = made / "wheels"
    wheels.mkdir(parents=True)
    constraints = _ROOT / "constraints.txt"
    own = _own_wheel(wheels, wheel, pip)
    _download(wheels, own, target, constraints, pip)
    (made / REQUIREMENTS).write_text(_requirements_of(wheels), encoding="ascii", newline="\n")
    _licences(own, made / "licenses")
    (made / "addin").mkdir()
    for file in (excel.shipped_addin(), libreoffice.shipped_extension()):
        if file.is_file():
            shutil.copyfile(file, made / "addin" / file.name)
    for file in sorted(_FILES.iterdir()):
        _copy_text(file, made / ("" if file.suffix == ".cmd" else "messages") / file.name, target)
    guide = shipped("docs") / GUIDE
    shutil.copyfile(guide, made / GUIDE)
    (made / "images").mkdir()
    for picture in _PICTURE.findall(guide.read_text(encoding="utf-8")):
        shutil.copyfile(guide.parent / picture, made / picture)
    (made / "guide.html").write_text(_page(guide.read_text(encoding="utf-8")), encoding="utf-8")
    if python_setup:
        shutil.copyfile(python_setup, made / "python-setup.exe")


def _licences(wheel: Path, folder: Path) -> None:
    """The licences that the program's own wheel carries, where a person finds them."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as package:
        for name in package.namelist():
            if re.fullmatch(r"[^/]+\.dist-info/licenses/.+[^/]", name):
                (folder / Path(name).name).write_bytes(package.read(name))


def _copy_text(source: Path, target: Path, of: Target) -> None:
    """A script or message, with the line ends that Windows' command interpreter needs to find its labels."""
    text = source.read_text(encoding="utf-8").replace("@PYTHON@", of.python).replace("@TAG@", of.registry_tag)
    text = text.replace("@BITS@", "32" if of.platform == "win32" else "64").replace("@VERSION@", __version__)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8"))


def _page(markdown: str) -> str:
    """The guide as a page that a double-click opens; markdown-it comes with rich."""
    from markdown_it import MarkdownIt

    page = (
        "body{max-width:46em;margin:2em auto;padding:0 1em;font:18px/1.6 'Leelawadee UI','TH Sarabun New',sans-serif}"
    )
    style = f"{page}img{{max-width:100%;border:1px solid #999}}"
    table = "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;vertical-align:top}"
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    head = f'<meta charset="utf-8"><title>qa-excel</title><style>{style}{table}code{{background:#eee}}</style>'
    return f'<!DOCTYPE html>\n<html lang="th"><head>{head}</head>\n<body>\n{body}</body></html>\n'


# --- wheels ---


def _own_wheel(wheels: Path, given: Path | None, pip: Pip) -> Path:
    """The program's own wheel: the one given, the installed files packed again, or built from the checkout."""
    if given:
        return Path(shutil.copyfile(given, wheels / given.name))
    packed = pack_installed(wheels)
    if packed:
        return packed
    if not (_ROOT / "pyproject.toml").is_file() or pip(["wheel", "--no-deps", "-w", str(wheels), str(_ROOT)]):
        raise BundleError(
            "สร้างแพ็กเกจของโปรแกรมไม่ได้ ระบุด้วย --wheel", "can't build the program's wheel; name one with --wheel"
        )
    built = list(wheels.glob("*.whl"))
    if len(built) != 1:
        raise BundleError(
            "สร้างแพ็กเกจของโปรแกรมไม่ได้ ระบุด้วย --wheel", "can't build the program's wheel; name one with --wheel"
        )
    return built[0]


def pack_installed(folder: Path, name: str = "qa-excel") -> Path | None:
    """An installed pure-Python package as the wheel it came from; None where it is not installed so."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    files = {file.as_posix(): Path(str(file.locate())) for file in distribution.files or []}
    kept = {posix: path for posix, path in sorted(files.items()) if not _NOT_SHIPPED.search(posix)}
    if "qa_excel/__init__.py" not in kept or not all(path.is_file() for path in kept.values()):
        return None  # an editable installation points to its checkout instead
    [info] = {posix.split("/")[0] for posix in kept if posix.split("/")[0].endswith(".dist-info")}
    record = io.StringIO()
    lines = csv.writer(record, lineterminator="\n")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as target:
        for posix, path in kept.items():
            content = path.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.writerow([posix, f"sha256={digest}", len(content)])
            target.writestr(posix, content)
        lines.writerow([f"{info}/RECORD", "", ""])
        target.writestr(f"{info}/RECORD", record.getvalue())
    wheel = folder / f"{info.removesuffix('.dist-info')}-py3-none-any.whl"
    wheel.write_bytes(fixed_dates(package.getvalue()))
    return wheel


def _download(wheels: Path, own: Path, target: Target, constraints: Path, pip: Pip) -> None:
    """All that the program needs on the target.

    pip answers a requirement's markers for the computer it runs on, so that what Windows alone needs (pywin32,
    tzdata) would be left out elsewhere: the wheels themselves are asked, until none names another.
    """
    wanted = [str(own)]
    for _ in range(8):
        options = ["--only-binary=:all:", "--platform", target.platform, "--python-version", target.python]
        options += ["--implementation", "cp", "-c", str(constraints), "--find-links", str(wheels), "-d", str(wheels)]
        if pip(["download", "--disable-pip-version-check", *options, *wanted]):
            raise BundleError(
                "ดาวน์โหลดแพ็กเกจไม่สำเร็จ ตรวจการเชื่อมต่ออินเทอร์เน็ต แล้วดูข้อความของ pip ข้างบน",
                "the packages could not be downloaded; check the connection and see pip's words above",
            )
        wanted = sorted(_absent(wheels, target))
        if not wanted:
            return
    raise BundleError(f"ยังขาดแพ็กเกจ {', '.join(wanted)}", f"packages are still missing: {', '.join(wanted)}")


def _absent(wheels: Path, target: Target) -> set[str]:
    """Requirements of the wheels for the target that no wheel meets."""
    there, needed = set(), {}
    for wheel in wheels.glob("*.whl"):
        there.add(_normal(wheel.name.split("-")[0]))
        for name, requirement in _requirements(_metadata(wheel), target):
            needed[name] = requirement
    return {requirement for name, requirement in needed.items() if name not in there}


def _requirements_of(wheels: Path) -> str:
    """A line for each wheel, as `pip install --require-hashes` reads them."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        head = Parser().parsestr(_metadata(wheel), headersonly=True)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{_normal(head['Name'])}=={head['Version']} --hash=sha256:{digest}\n")
    return "".join(lines)


def _metadata(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as package:
        [name] = [name for name in package.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        return package.read(name).decode("utf-8")


def _requirements(metadata: str, target: Target) -> Iterable[tuple[str, str]]:
    """(name, requirement without its marker) of what a package needs on the target, extras left out."""
    from pip._vendor.packaging.requirements import Requirement

    for line in Parser().parsestr(metadata, headersonly=True).get_all("Requires-Dist") or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(target.markers):
            yield _normal(requirement.name), f"{requirement.name}{requirement.specifier}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
