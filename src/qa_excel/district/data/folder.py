"""A data folder: the tidy tables of a merge as CSV (and Parquet), described by a Frictionless data package.

Any program that reads CSV can work with it, and this one reads it back for a merge of merges or a trend.
What is read was perhaps sent by others: only the tables' own file names inside the folder are opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from io import BufferedRandom
from pathlib import Path
from typing import IO, Any

import pandas as pd

from qa_excel.district.data.as_csv import DIALECT, ENCODING, read_csv, write_csv
from qa_excel.district.data.building import frame_of_columns
from qa_excel.district.data.cells import TableError, shown, storable
from qa_excel.district.data.dataset import Dataset, UnknownRubric, dataset_of, is_version
from qa_excel.district.data.dictionary import DataTable, history_table, tables
from qa_excel.district.data.sound import check_tables
from qa_excel.district.inbox import is_data_folder
from qa_excel.files import oserrors
from qa_excel.files.output import DATA_MARK, DESCRIPTOR
from qa_excel.files.walking import walk
from qa_excel.files.writing import OutputError, recover, writing_folder
from qa_excel.problems import shown_name
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

DATA_VERSION = 1
"""Of the tables' shape; a folder of another version is refused."""

_MOST_BYTES = 3 << 30
_MOST_ROWS = 20_000_000
_MOST_DESCRIBED = 1 << 20


class DataFolderError(Said):
    """A data folder that can't be read or written; `text` says why and what to do, in Thai and English."""


# --- Finding ---


def find_data_folders(paths: Iterable[Path]) -> list[Path]:
    """The data folders among the paths and below them, each once, in order of name.

    Hidden folders and links to folders are passed over, as is what lies within a data folder.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for folder in _data_folders(path):
            found.setdefault(folder.resolve(), folder)
    return list(found.values())


def _data_folders(path: Path) -> Iterator[Path]:
    for root, folders, files in walk(path):
        if DESCRIPTOR in files and is_data_folder(root):
            folders.clear()
            yield root
        folders[:] = sorted(name for name in folders if not name.startswith("."))


# --- Writing ---


def write_data(dataset: Dataset, folder: Path, parquet: bool | None = None) -> list[str]:
    """Write the tables and their descriptor into a folder; the names of the files, in order.

    parquet: True writes Parquet beside each CSV, False doesn't, None does where pyarrow is installed.
    The folder takes the place of an earlier one as a whole; what else stood in it stays.
    Raises DataFolderError where pyarrow is asked for and absent; OutputError where a file can't be written, or one
    of that name is there that is not of an earlier run.
    """
    with_parquet = _has_pyarrow() if parquet is None else parquet
    if with_parquet and not _has_pyarrow():
        raise DataFolderError(
            Text(
                "เขียน Parquet ไม่ได้เพราะยังไม่ได้ติดตั้ง pyarrow ให้ติดตั้งด้วย pip install pyarrow หรือเขียนเฉพาะ CSV",
                "Parquet can't be written without pyarrow: pip install pyarrow, or write CSV alone",
            )
        )
    recover(folder)
    refuse_foreign_files(folder)
    writers = {_csv_name: write_csv}
    if with_parquet:
        from qa_excel.district.data.as_parquet import write_parquet

        writers[_parquet_name] = write_parquet
    written: dict[str, dict[str, Any]] = {}
    # Parquet of an earlier run would tell other figures than the CSV, and is not kept.
    with writing_folder(folder, keep=lambda name: name not in _names()) as made:
        for table in _tables_of(dataset):
            for name, write in writers.items():
                with (made / name(table)).open("w+b") as file:
                    write(table, dataset[table.name], file)
                    written[name(table)] = _fingerprint(file)
        text = json.dumps(_descriptor(dataset, written), ensure_ascii=False, indent=2)
        (made / DESCRIPTOR).write_bytes(f"{storable(text)}\n".encode())
    return [*written, DESCRIPTOR]


def _has_pyarrow() -> bool:
    return find_spec("pyarrow") is not None


def _csv_name(table: DataTable) -> str:
    return f"{table.name}.csv"


def _parquet_name(table: DataTable) -> str:
    return f"{table.name}.parquet"


def _names() -> list[str]:
    """All files that a data folder may hold."""
    every = (*tables().values(), history_table())
    return [DESCRIPTOR, *(name(table) for table in every for name in (_csv_name, _parquet_name))]


def data_files(folder: Path) -> list[Path]:
    """The files of the data in a folder."""
    return [folder / name for name in _names() if (folder / name).exists()]


def _tables_of(dataset: Dataset) -> list[DataTable]:
    """The tables that a dataset has."""
    return [*tables().values(), *([] if dataset.history is None else [history_table()])]


def refuse_foreign_files(folder: Path) -> None:
    """Raise OutputError where a file of a table's name is there that is not of an earlier run."""
    there = [name for name in _names() if os.path.lexists(folder / name)]
    if there and not is_data_folder(folder):
        text = Text(
            "แฟ้มนี้ไม่ได้มาจากโปรแกรม จึงไม่เขียนทับ ให้ระบุโฟลเดอร์ว่าง",
            "the file is not the program's own and is not overwritten; name an empty folder",
        )
        raise OutputError(folder / there[0], text)


def _fingerprint(handle: BufferedRandom) -> dict[str, Any]:
    handle.flush()
    handle.seek(0)
    digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return {"bytes": handle.tell(), "hash": f"sha256:{digest}"}


def _descriptor(dataset: Dataset, written: dict[str, dict[str, Any]]) -> dict[str, Any]:
    lang = dataset.lang
    title = Text("ข้อมูลการประกันคุณภาพสถานศึกษา", "School quality assurance data").get(lang)
    resources = [
        {
            "profile": "tabular-data-resource",
            "name": table.name,
            "path": _csv_name(table),
            "title": table.title.get(lang),
            "description": table.describe.get(lang),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",  # the registered name; readers pass over the mark
            "dialect": DIALECT,
            **written[_csv_name(table)],
            "schema": _schema(table, dataset),
        }
        for table in _tables_of(dataset)
    ]
    parquet = {
        table.name: {"path": _parquet_name(table), **written[_parquet_name(table)]}
        for table in _tables_of(dataset)
        if _parquet_name(table) in written
    }
    return {
        "profile": "tabular-data-package",
        "name": f"{DATA_MARK}-{dataset.year}" if dataset.year else DATA_MARK,
        "title": f"{title} {dataset.name}".strip(),
        "resources": resources,
        DATA_MARK: {
            "version": DATA_VERSION,
            **dataset.about,
            "districts": dataset.districts,
            **({"parquet": parquet} if parquet else {}),
        },
    }


def _schema(table: DataTable, dataset: Dataset) -> dict[str, Any]:
    """The table's schema; where a district has no name it can be part of no key."""
    schema = table.schema(dataset.lang)
    if "" in dataset.districts:
        schema.pop("primaryKey", None)
        schema.pop("foreignKeys", None)
        for field in schema["fields"]:
            if field["name"] == "district":
                field.pop("constraints", None)
    return schema


# --- Reading ---


def read_data(folder: Path) -> Dataset:
    """The dataset of a data folder. Each table is read from its Parquet where that is of the same run as the CSV beside
    it, or stands alone; else from the CSV, which people can see and mend.

    Raises DataFolderError for a folder without this program's descriptor or of another version, a table or
    column that lacks, a value that can't be (with its file, row and column), or a rubric, or its version, that is not
    known.
    """
    about = described(folder)
    paths = {table.name: _path_of(table, folder, about[_WRITTEN]) for table in tables().values()}
    frames = {table.name: _read_table(table, paths[table.name]) for table in tables().values()}
    try:
        dataset = dataset_of(about, frames)
        check_tables(dataset)
    except UnknownRubric as error:
        raise _refusal(folder / DESCRIPTOR, error.text) from None
    except TableError as error:
        raise _unlike(paths[error.table], error.text, error.row, error.column) from None
    return dataset


def read_history(folder: Path) -> list[dict[str, Any]]:
    """The rows of the table `history` of a data folder; none where it was made without a register.

    Raises DataFolderError as `read_data`.
    """
    written = described(folder)[_WRITTEN]
    table = history_table()
    if not any(os.path.lexists(folder / name(table)) for name in (_csv_name, _parquet_name)):
        return []
    frame = _read_table(table, _path_of(table, folder, written))
    rows = frame.astype(object).where(frame.notna(), None)[table.columns].itertuples(index=False, name=None)
    return [dict(zip(table.columns, row, strict=True)) for row in rows]


def _refusal(path: Path, text: Text) -> DataFolderError:
    where = shown_name(path)
    return DataFolderError(Text(f"{where}: {text.th}", f"{where}: {text.en}"))


def _unlike(path: Path, text: Text, row: int | None = None, column: str = "") -> DataFolderError:
    """A refusal of data that is not as it was written, with what to do."""
    th, en = text.th, text.en
    if row:
        place = Text(f"แถวที่ {row}", f"row {row}")
        if column:
            place = Text(f"{place.th} คอลัมน์ {column}", f"{place.en}, column {column}")
        th, en = f"{place.th}: {th}", f"{place.en}: {en}"
    return _refusal(
        path,
        Text(
            f"{th} ให้{'แก้ไขแถวนี้ หรือ' if row else ''}รวมแฟ้มใหม่เพื่อสร้างโฟลเดอร์ข้อมูลอีกครั้ง หรือขอข้อมูลจากผู้ส่งอีกครั้ง",
            f"{en}; {'correct the row, ' if row else ''}merge anew for a new data folder, or ask its sender again",
        ),
    )


@contextmanager
def _opened(path: Path, most: int) -> Iterator[IO[bytes]]:
    """The file, where it is a plain one of that folder and of no more bytes."""
    try:
        real = path.resolve(strict=True)
        known = real.stat()
        if not stat.S_ISREG(known.st_mode) or real.parent != path.parent.resolve():
            raise _refusal(
                path,
                Text(
                    "เป็นทางลัดไปนอกโฟลเดอร์หรือแฟ้มพิเศษของระบบ จึงไม่เปิดอ่าน ให้วางแฟ้มตัวจริงไว้ในโฟลเดอร์",
                    "it leads out of the folder or is a special file, and is not opened; put the file itself there",
                ),
            )
        if known.st_size > most:
            raise _unlike(path, Text("แฟ้มใหญ่ผิดปกติ จึงไม่เปิดอ่าน", "the file is far too large and is not opened"))
        with real.open("rb") as handle:
            yield handle
    except OSError as error:
        why = oserrors.reason(error)
        raise _refusal(path, Text(f"เปิดอ่านไม่ได้ ({why.th})", f"it can't be read ({why.en})")) from error
    except RuntimeError as error:  # a link that leads back to itself
        raise _refusal(path, Text("เปิดอ่านไม่ได้", "it can't be read")) from error


# --- The descriptor ---


def described(folder: Path) -> dict[str, Any]:
    """What the descriptor says of the dataset, checked. Raises DataFolderError."""
    path = folder / DESCRIPTOR
    if not os.path.lexists(path):
        raise _unlike(path, Text("ไม่พบแฟ้มนี้ จึงไม่ใช่โฟลเดอร์ข้อมูล", "the file is not there, so this is no data folder"))
    with _opened(path, _MOST_DESCRIBED) as handle:
        content = handle.read()
    try:
        descriptor = json.loads(content.decode(ENCODING))
    except (ValueError, RecursionError):
        raise _unlike(path, Text("แฟ้มเสียหาย ไม่ใช่ JSON", "the file is damaged, it is no JSON")) from None
    about = descriptor.get(DATA_MARK) if isinstance(descriptor, dict) else None
    if not isinstance(about, dict):
        raise _unlike(path, Text("ไม่ได้สร้างจากโปรแกรมนี้", "it was not made by this program"))
    if about.get("version") != DATA_VERSION:
        version = shown(about.get("version"))
        raise _refusal(
            path,
            Text(
                f"เป็นข้อมูลรุ่น {version} แต่โปรแกรมนี้อ่านรุ่น {DATA_VERSION} ให้ใช้โปรแกรมรุ่นเดียวกับผู้ส่ง",
                f"the data is of version {version}, this program reads {DATA_VERSION}; use the version that made it",
            ),
        )
    wrong = next((key for key, holds in _HOLDS.items() if not holds(about.get(key))), None)
    if wrong:
        raise _unlike(path, Text(f"ค่าของ {wrong} ใช้ไม่ได้", f"its {wrong} can't be used"))
    resources = descriptor.get("resources")
    _refuse_other_paths(path, resources)
    return {**about, _WRITTEN: _fingerprints(resources, about.get("parquet"))}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == storable(value) and len(value) <= 500


def _is_year(value: Any) -> bool:
    return value is None or (type(value) is int and 2400 <= value <= 2800)


def _is_day(value: Any) -> bool:
    try:
        return value is None or date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


_HOLDS = {
    "name": _is_text,
    "year": _is_year,
    "iqa_year": _is_year,
    "rubric": _is_text,
    "rubric_version": is_version,
    "iqa_rubric": _is_text,
    "iqa_rubric_version": is_version,
    "due": _is_day,
    "iqa_due": _is_day,
    "lang": ("th", "en").__contains__,
    "level": ("school", "district").__contains__,
}


_WRITTEN = "written"
"""Of `described`: name of a file → (bytes, hash) as it was written, as far as that is told."""


def _fingerprints(resources: Any, parquet: Any) -> dict[str, tuple[Any, Any]]:
    given = [
        *(resources if isinstance(resources, list) else ()),
        *(parquet.values() if isinstance(parquet, dict) else ()),
    ]
    entries = [entry for entry in given if isinstance(entry, dict) and isinstance(entry.get("path"), str)]
    return {entry["path"]: (entry.get("bytes"), entry.get("hash")) for entry in entries}


def _refuse_other_paths(path: Path, resources: Any) -> None:
    """The files that the descriptor names for the tables must be the ones that are read."""
    given = [entry for entry in resources if isinstance(entry, dict)] if isinstance(resources, list) else []
    for entry in given:
        table = next((table for table in tables().values() if table.name == entry.get("name")), None)
        if table and entry.get("path") != _csv_name(table):
            raise _unlike(
                path,
                Text(
                    f"ระบุแฟ้มของ {table.name} เป็น {shown(entry.get('path'))} แทน {_csv_name(table)}",
                    f"it names {shown(entry.get('path'))} as the file of {table.name}, not {_csv_name(table)}",
                ),
            )


# --- A table ---


def _read_table(table: DataTable, path: Path) -> pd.DataFrame:
    read = _reader_of(path)
    with _opened(path, _MOST_BYTES) as handle:
        try:
            return read(table, handle, _MOST_ROWS)
        except TableError as error:
            raise _unlike(path, error.text, error.row, error.column) from None


def _path_of(table: DataTable, folder: Path, written: Mapping[str, tuple[Any, Any]]) -> Path:
    """The Parquet, which is read many times as fast, where nobody has changed the CSV since it was made beside it, or
    where there is no CSV."""
    plain, parquet = folder / _csv_name(table), folder / _parquet_name(table)
    if not os.path.lexists(plain) and not os.path.lexists(parquet):
        raise _unlike(plain, Text("ไม่พบแฟ้มนี้ในโฟลเดอร์ข้อมูล", "the data folder lacks this file"))
    if not os.path.lexists(plain):
        return parquet
    both = os.path.lexists(parquet) and _has_pyarrow()
    return parquet if both and all(_is_as_written(path, written.get(path.name)) for path in (plain, parquet)) else plain


def _is_as_written(path: Path, known: tuple[Any, Any] | None) -> bool:
    if known is None:
        return False
    with _opened(path, _MOST_BYTES) as handle:
        if os.fstat(handle.fileno()).st_size != known[0]:
            return False
        digest = hashlib.file_digest(handle, "sha256").hexdigest()  # type: ignore[arg-type]
        return bool(known[1] == f"sha256:{digest}")


def _reader_of(path: Path) -> Callable[[DataTable, IO[bytes], int], pd.DataFrame]:
    if path.suffix == ".csv":
        return _frame_of_csv
    if not _has_pyarrow():
        raise _refusal(
            path,
            Text(
                "การอ่าน Parquet ต้องติดตั้ง pyarrow ด้วย pip install pyarrow หรือใช้ข้อมูลที่มี CSV",
                "Parquet is read with pyarrow: pip install pyarrow, or use data with CSV",
            ),
        )
    from qa_excel.district.data.as_parquet import read_parquet

    return read_parquet


def _frame_of_csv(table: DataTable, source: IO[bytes], most_rows: int) -> pd.DataFrame:
    return frame_of_columns(table, read_csv(table, source, most_rows))
