"""Builds the fixtures of the checks: inboxes that pass, and for each code an inbox that fails for it alone.

    PYTHONPATH=. python tests/fixtures_build.py [DIR]

writes DIR/should_pass/<what is in order>/ and DIR/should_fail/<code>/ (DIR: tests/fixtures). Every fixture is a
school of the samples, complete and clean, with one thing changed. A folder holds

    inbox/               what the school sent
    roster.csv           the schools expected, where the run is given a roster; roster.xlsx where its cells are merged
    national_means.csv   the national O-NET means, where the run is given them
    run.json             {"command", "arguments", "fault"}: where it is not a plain `validate`

`fault` names what goes wrong with the computer rather than with a file (see FAULTS in tests/checks/test_fixtures.py).
The same script always writes the same bytes.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import functools
import json
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.workbook import Workbook

from helpers import books
from helpers.acting import ACTING
from helpers.books import Formula
from qa_excel import fill
from qa_excel.files.output import fixed_dates, save
from qa_excel.files.spelling import plain_xml
from qa_excel.rubric.inputs import plant
from samples.build import NATIONAL_MEANS, SEED, district_schools, school_submissions

Submission = dict[str, Any]
HERE = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class File:
    """A workbook: a school of the samples (1 to 10), an area (None: internal assurance), and what is changed.

    `data` are changes of the submission by path, with None to take an entry away; `typed` is typed over the
    filled workbook; `spoil` does the rest.
    """

    area: int | None
    school: int = 2
    data: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[books.Key, Any] = field(default_factory=dict)
    spoil: Callable[[Path], Any] | None = None


@dataclass(frozen=True)
class Raw:
    """A file that is no filled workbook, made by a function that is given its place."""

    name: str
    make: Callable[[Path], Any]


@dataclass(frozen=True)
class Fixture:
    """A folder of files; `roster` are the schools on its roster, `cells` those merged in it, `means` whether it has the
    national means."""

    files: tuple[File | Raw, ...]
    roster: tuple[int, ...] = ()
    cells: str = ""
    means: bool = False
    command: str = "validate"
    arguments: tuple[str, ...] = ()
    fault: str = ""


@functools.cache
def submissions(school: int) -> dict[int | None, Submission]:
    made = district_schools()[school - 1]
    given = school_submissions(random.Random(f"{SEED} answers {school}"), made)
    return {submission.get("area"): submission for submission in given}


def changed(file: File) -> Submission:
    submission = copy.deepcopy(submissions(file.school)[file.area])
    for dotted, value in file.data.items():
        path = tuple(dotted.split("/"))
        if value is None:
            parent = submission
            for part in path[:-1]:
                parent = parent[part]
            del parent[path[-1]]
        else:
            plant(submission, path, value)
    return submission


@functools.cache
def _filled(submission: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "filled.xlsx"
        fill(json.loads(submission), path)
        return path.read_bytes()


def write(file: File, path: Path) -> None:
    """One workbook; whatever changed it, its bytes are the same each time."""
    path.write_bytes(_filled(json.dumps(changed(file), ensure_ascii=False, sort_keys=True)))
    if file.typed:
        books.type_in(path, file.typed)
    if file.spoil:
        file.spoil(path)
    path.write_bytes(fixed_dates(path.read_bytes(), settled))


def settled(xml: bytes) -> bytes:
    """A part in one spelling, as far as it is plain XML."""
    try:
        return xml if b"<!DOCTYPE" in xml else plain_xml(xml)
    except (ElementTree.ParseError, ValueError):
        return xml


def build(fixture: Fixture, folder: Path) -> Path:
    """Writes a fixture's folder."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(fixture.files, start=1):
        if isinstance(file, Raw):
            file.make(inbox / (file.name if file.name.startswith(".") else f"{number:02} {file.name}"))
        else:
            write(file, inbox / f"{number:02} {'iqa' if file.area is None else f'area{file.area}'}.xlsx")
    if fixture.roster:
        schools = [district_schools()[number - 1] for number in fixture.roster]
        rows = [f"{s.code},{s.name},{s.office},{' '.join(s.levels)},{s.learners},{s.teachers}" for s in schools]
        lines = ["code,name,office,levels,learners,teachers", *rows]
        if fixture.cells:
            book = Workbook()
            for line in lines:
                book.active.append(line.split(","))
            book.active.merge_cells(fixture.cells)
            book.properties.modified = book.properties.created = datetime.datetime(2021, 1, 1)
            save(book, folder / "roster.xlsx")
        else:
            write_lines(folder / "roster.csv", lines)
    if fixture.means:
        rows = [
            f"2563,{grade},{subject},{mean}"
            for grade, means in NATIONAL_MEANS.items()
            for subject, mean in means.items()
        ]
        write_lines(folder / "national_means.csv", ["year,grade,subject,mean", *rows])
    told = {"command": fixture.command, "arguments": list(fixture.arguments), "fault": fixture.fault}
    if told != {"command": "validate", "arguments": [], "fault": ""}:
        write_lines(folder / "run.json", [json.dumps(told, ensure_ascii=False)])
    return folder


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def typed(area: int | None, entries: Mapping[books.Key, Any]) -> Fixture:
    return Fixture((File(area, typed=entries),))


def data(area: int | None, changes: Mapping[str, Any]) -> Fixture:
    return Fixture((File(area, data=changes),))


def spoilt(area: int | None, spoil: Callable[[Path], Any], **changes: Any) -> Fixture:
    return Fixture((File(area, data=changes.get("data", {}), spoil=spoil),))


def raw(**files: Callable[[Path], Any]) -> Fixture:
    """Files by what they are called, each with the ending after its last `_`."""
    return Fixture(tuple(Raw(".".join(name.rsplit("_", 1)).replace("_", " "), make) for name, make in files.items()))


def merged(*files: File, roster: tuple[int, ...] = (2,), without: int | None = 0) -> Fixture:
    """A school's eight workbooks and what came besides, merged."""
    complete = [File(area) for area in ALL_WORKBOOKS if area != without]
    return Fixture((*complete, *files), roster, means=True, command="merge")


def national_id(first_twelve: str) -> str:
    """A number with a valid check digit; codes of no province begin it."""
    weighed = sum((13 - at) * int(digit) for at, digit in enumerate(first_twelve))
    return first_twelve + str((11 - weighed % 11) % 10)


# --- Files that are no workbook of ours -----------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OUTSIDE = "../../outside.xlsx"
"""Where the link of the fixture leads: out of the folder, and to nothing."""


def content(held: bytes) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(held)


def packed(parts: Mapping[str, bytes]) -> Callable[[Path], Any]:
    def make(path: Path) -> None:
        books.pack(path, parts)
        path.write_bytes(fixed_dates(path.read_bytes()))

    return make


def cut_off(path: Path) -> None:
    write(File(5), path)
    held = path.read_bytes()
    path.write_bytes(held[: len(held) // 2])


def with_parts(parts: Mapping[str, bytes]) -> Callable[[Path], Any]:
    return lambda path: books.repack(path, lambda held: held.update(parts))


def workbook_with(parts: Mapping[str, bytes]) -> Callable[[Path], Any]:
    return lambda path: write(File(5, spoil=with_parts(parts)), path)


def whole(area: int) -> Callable[[Path], Any]:
    return lambda path: write(File(area), path)


def far_cell(path: Path) -> None:
    cell = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    write(File(5, spoil=lambda path: books.add_cell_xml(path, cell)), path)


def entity(path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet2.xml"
        head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        parts[name] = re.sub(rb"^(<\?xml[^>]*\?>)?", lambda m: m[0] + head, parts[name], count=1)

    write(File(5, spoil=lambda path: books.repack(path, change)), path)


def overlapping(path: Path) -> None:
    """Two entries of the package's directory name the same bytes."""
    write(File(5), path)
    held = bytearray(path.read_bytes())
    places = [at for at in range(len(held)) if held[at : at + 4] == b"PK\x01\x02"]
    held[places[1] + 42 : places[1] + 46] = held[places[0] + 42 : places[0] + 46]
    path.write_bytes(held)


def budget(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["รายการ", "งบประมาณ"])
    book.save(path)
    path.write_bytes(fixed_dates(path.read_bytes(), settled))


def external_link(target: str, inside: str = "externalBook") -> dict[str, bytes]:
    relation = f'<Relationship Id="rId1" Type="x/externalLinkPath" Target="{target}" TargetMode="External"/>'
    return {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{NAMESPACE}"><{inside}/></externalLink>'.encode(),
        "xl/externalLinks/_rels/externalLink1.xml.rels": (
            f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'.encode()
        ),
    }


DDE_CELL = '<row r="900"><c r="A900"><f>cmd|\'/c calc\'!A0</f><v>0</v></c></row>'
BLANKS = b"<a>" + b" " * 21_000_000 + b"</a>"
"""A part of XML beyond the limit, which packs into 20 KB."""

FILES: dict[str, Callable[[], Fixture]] = {
    "file.empty": lambda: raw(empty_xlsx=content(b"")),
    "file.not_a_workbook": lambda: raw(
        text_xlsx=content("รหัส,ชื่อ\n1,ก\n".encode()),
        web_page_xls=content("<meta charset='utf-8'><table><tr><td>1</td></tr></table>".encode("utf-16")),
        sheet_xls=content(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        picture_xlsx=content(b"\x89PNG\r\n\x1a\n\x00\x00"),
        document_xlsx=packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}),
    ),
    "file.damaged": lambda: raw(cut_off_xlsx=cut_off),
    "file.encrypted": lambda: raw(password_xlsx=content(OLE + "EncryptedPackage".encode("utf-16-le"))),
    "file.other_format": lambda: raw(
        old_xls=content(OLE + b"Workbook"),
        open_document_ods=packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    ),
    "file.macros": lambda: raw(macros_xlsm=workbook_with({"xl/vbaProject.bin": OLE})),
    "file.unsafe": lambda: raw(
        bomb_xlsx=packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": BLANKS}),
        entity_xlsx=entity,
        overlapping_xlsx=overlapping,
        outside_xlsx=workbook_with({"../outside.xml": b"<a/>"}),
    ),
    "file.sheet_too_large": lambda: raw(far_cell_xlsx=far_cell),
    "file.unreadable": lambda: Fixture((File(5),), fault="forbidden"),
    "file.reader_died": lambda: Fixture((File(5),), fault="reader dies"),
    "file.not_ours": lambda: raw(budget_xlsx=budget),
    "file.archive": lambda: Fixture(
        (
            File(5),
            Raw("all.rar", content(b"Rar!\x1a\x07\x00")),
            Raw("all.zip", packed({"area6.zip": b"PK\x05\x06" + bytes(18)})),
        )
    ),
    "file.placeholder": lambda: Fixture(
        (
            File(5),
            Raw("area6.gsheet", content(b'{"doc_id": "x"}')),
            Raw(".area7.xlsx.icloud", content(b"bplist00")),
            Raw(".~area4.xlsx", content(b"")),
            Raw("area3.xlsx", content(bytes(40))),
        )
    ),
    "file.wrong_ending": lambda: Fixture((Raw("area5.xlsx_", whole(5)), Raw("area6", whole(6)))),
    "file.hidden": lambda: Fixture((File(5), Raw(".area6.xlsx", whole(6)))),
    "file.other": lambda: Fixture((File(5), Raw("note.txt", content(b"note\n")))),
    "file.special": lambda: Fixture((File(5), Raw("link.xlsx", lambda path: path.symlink_to(OUTSIDE)))),
    "file.external_links": lambda: spoilt(5, with_parts(external_link("file:///C:/Users/someone/other.xlsx"))),
    "file.addin_link": lambda: spoilt(
        5, with_parts(external_link(r"file:///C:\Users\someone\AppData\XLSTART\qa_excel.xlam"))
    ),
    "file.dde": lambda: Fixture(
        (
            File(5, spoil=with_parts(external_link("x", "ddeLink ddeService='cmd' ddeTopic='/c calc'"))),
            File(6, spoil=lambda path: books.add_cell_xml(path, DDE_CELL)),
        )
    ),
    "file.embedded": lambda: spoilt(5, with_parts({"xl/embeddings/oleObject1.bin": OLE[:8]})),
    **{
        f"file.{code}": lambda change=ACTING[what][0]: spoilt(2, lambda path: books.repack(path, change))
        for code, what in (
            ("active_formula", "WEBSERVICE"),
            ("unsafe_link", "the base of links"),
            ("macro_control", "a shape's macro"),
            ("active_part", "customUI"),
        )
    },
    "file.bad_json": lambda: Fixture(
        (Raw("no year.json", content(b'{"rubric": "onesqa-r4", "area": 5, "answers": {}}\n')),), command="score"
    ),
}


# --- Forms whose protected part was changed -------------------------------------------------------------------


def edited(change: Callable[[Workbook], Any]) -> Callable[[Path], Any]:
    return lambda path: books.edit(path, change)


def delete_sheet(book: Workbook) -> None:
    del book["ตบช.16"]


def add_foreign_sheet(book: Workbook) -> None:
    book.create_sheet("จากด้าน 3")["A1"] = f"qa-excel:onesqa-r4:{books.VERSION}:3:IND9"


def clear_row_key(book: Workbook) -> None:
    sheet = book["ตบช.16"]
    sheet.cell(books.keyed_cells(sheet)["IND16.1.3", "met"].row, 1).value = None


def push_down(book: Workbook) -> None:
    book["ตบช.16"].insert_rows(1, 25)


def copy_row(book: Workbook) -> None:
    sheet = book["ตบช.16"]
    sheet.cell(sheet.max_row + 1, 1).value = "IND16.D1"


def exchange_column_keys(book: Workbook) -> None:
    sheet = book["ตบช.19"]
    count, total = (books.keyed_cells(sheet)["IND19.1", key] for key in ("count", "total"))
    head = max(row for row in range(1, count.row) if sheet.cell(row, 1).value == "#columns")
    sheet.cell(head, count.column).value, sheet.cell(head, total.column).value = "total", "count"


def rewrite_label(book: Workbook) -> None:
    sheet = book["ตบช.16"]
    sheet.cell(books.keyed_cells(sheet)["IND16.1.3", "met"].row, 3).value = "ข้อความอื่น"


def rewrite_guidance(book: Workbook) -> None:
    sheet = book["ตบช.16"]
    sheet.cell(books.keyed_cells(sheet)["IND16.1.3", "met"].row, 4).value = "กรอกอย่างไรก็ได้"


def rewrite_headings(book: Workbook) -> None:
    book["ตบช.15"]["B2"], book["ตบช.16"]["E7"] = "ตัวบ่งชี้ที่ 99", "จำนวนครั้ง"


def refer_to_another_file(book: Workbook) -> None:
    for row in book["ตบช.5"].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("=") and "!" in cell.value:
                cell.value = cell.value.replace("'สูตรคำนวณ'!", "'[1]สูตรคำนวณ'!")


def score_cells(book: Workbook) -> list[Any]:
    cells = [cell for row in book["ตบช.16"].iter_rows() for cell in row]
    return [cell for cell in cells if str(cell.value).startswith("=IFERROR(ONESQA_SCORE")]


def clear_scores(book: Workbook) -> None:
    for cell in score_cells(book):
        cell.value = None


def type_scores(book: Workbook) -> None:
    for cell in score_cells(book):
        cell.value = 4.5


def show_another_score(path: Path) -> None:
    """The value that a program saved beside the formula is another one."""

    def change(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if "worksheets/sheet" in name]:
            pattern = rb'(<f>IFERROR\(ONESQA_SCORE\("IND16"\),[^<]*</f>)<v>[^<]*</v>'
            parts[name] = re.sub(pattern, rb"\1<v>0.25</v>", parts[name])

    books.repack(path, change)


def change_calculation(book: Any) -> None:
    """A formula that adds a point of its own."""
    sheet = book["สูตรคำนวณ"]
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "ONESQA_GROSS IND16")
    sheet.cell(row, 2).value += "+1"


EVERYBODY = {"answers/IND19/1": {"count": 12, "total": 12}, "answers/IND19/2": {"count": 5, "total": 5}}
"""Counts and totals that are alike: taken for one another they are the same answers."""

STRUCTURE: dict[str, Callable[[], Fixture]] = {
    "structure.unknown_rubric": lambda: spoilt(5, lambda path: books.replace_keys(path, "onesqa-r4", "onesqa-r5")),
    "structure.wrong_version": lambda: spoilt(5, lambda path: books.replace_keys(path, f":{books.VERSION}:", ":0.9:")),
    "structure.mixed": lambda: spoilt(5, edited(add_foreign_sheet)),
    "structure.sheet_missing": lambda: spoilt(5, edited(delete_sheet)),
    "structure.sheet_duplicate": lambda: spoilt(5, edited(lambda book: book.copy_worksheet(book["ตบช.16"]))),
    "structure.key_missing": lambda: spoilt(5, edited(clear_row_key)),
    "structure.key_far": lambda: spoilt(5, edited(push_down)),
    "structure.key_duplicate": lambda: spoilt(5, edited(copy_row)),
    "structure.key_moved": lambda: spoilt(7, edited(exchange_column_keys), data=EVERYBODY),
    "structure.label_altered": lambda: spoilt(5, edited(rewrite_label)),
    "structure.guidance_altered": lambda: spoilt(5, edited(rewrite_guidance)),
    "structure.heading_altered": lambda: spoilt(5, edited(rewrite_headings)),
    "structure.copied_sheet": lambda: spoilt(2, edited(refer_to_another_file)),
    "structure.score_typed": lambda: spoilt(5, edited(type_scores)),
    "structure.formula_missing": lambda: spoilt(5, edited(clear_scores)),
    "structure.score_differs": lambda: spoilt(5, show_another_score),
    "structure.calculation_missing": lambda: spoilt(5, edited(lambda book: book.remove(book["สูตรคำนวณ"]))),
    "structure.calculation_altered": lambda: spoilt(5, edited(change_calculation)),
}

# --- Answers, schools and districts ---------------------------------------------------------------------------

ALL_WORKBOOKS = (1, 2, 3, 4, 5, 6, 7, None)

CODE, YEAR = ("school.code", "value"), ("year", "value")
COUNT, TOTAL = ("IND6.1", "count"), ("IND6.1", "total")
P6_MEAN = ("IND5.2.thai", "P6.current")
NOTE = ("IND9.1.1", "note")
BOYS_AND_GIRLS = "ด.ช.สมมุติ ใจดี ด.ญ.สมสมัย ใจงาม และเด็กชายสมนึก ใจเย็น"

SHOULD_FAIL: dict[str, Callable[[], Fixture]] = {
    **FILES,
    **STRUCTURE,
    "value.school_code_missing": lambda: typed(4, {CODE: None}),
    "value.school_code": lambda: typed(4, {CODE: "9900101"}),
    "value.year_missing": lambda: typed(4, {YEAR: None}),
    "value.year": lambda: typed(4, {YEAR: 1999}),
    "value.levels_missing": lambda: typed(4, {("school.levels.P6", "value"): "ไม่เปิดสอน"}),
    "value.missing": lambda: typed(2, {TOTAL: None}),
    "value.table_missing": lambda: typed(2, {("school.levels.M3", "value"): "เปิดสอน"}),
    "value.condition_missing": lambda: typed(2, {("IND8.D1", "found"): None}),
    "value.resolved_missing": lambda: typed(2, {("IND5.D1", "found"): "พบ", ("IND5.D1", "resolved"): None}),
    "value.not_a_number": lambda: typed(2, {COUNT: "ประมาณสิบห้อง"}),
    "value.too_large": lambda: typed(2, {("school.learners", "value"): 1e308}),
    "value.negative": lambda: typed(2, {COUNT: -3}),
    "value.not_whole": lambda: typed(2, {COUNT: 2.5}),
    "value.over_100": lambda: typed(2, {("IND5.1.2", "value"): 140}),
    "value.not_yes_no": lambda: typed(2, {("IND5.1.3", "met"): "บางส่วน"}),
    "value.not_a_choice": lambda: typed(None, {("1.3.1", "status"): "เกือบเสร็จ"}),
    "value.not_a_date": lambda: typed(None, {("1.1.1", "date"): "สิ้นเดือน"}),
    "value.day_unread": lambda: typed(4, {("prepared_on", "value"): "สิ้นเดือน"}),
    "value.error_value": lambda: typed(2, {COUNT: Formula("#DIV/0!")}),
    "value.not_calculated": lambda: typed(2, {COUNT: Formula("=SUM(Z1:Z3)")}),
    "value.count_over_total": lambda: typed(2, {COUNT: 99}),
    "value.total_zero": lambda: typed(2, {COUNT: 0, TOTAL: 0}),
    "value.not_tested": lambda: typed(1, {("IND2.1.science", "P6.count"): 0, ("IND2.1.science", "P6.total"): 0}),
    "value.grade_not_taught": lambda: typed(2, {("IND5.2.math", "M3.current"): 40}),
    "value.subject_not_asked": lambda: typed(
        2, {("IND5.2.arts", "P6.previous"): 40, ("IND5.2.arts", "P6.current"): 41}
    ),
    "value.fraction_percent": lambda: typed(3, {("IND10.2", "value"): 0.9}),
    "value.passed_word": lambda: typed(2, {("IND8.D1", "found"): "ไม่ผ่าน"}),
    "value.mean_over_100": lambda: typed(2, {P6_MEAN: 447}),
    "value.normalised": lambda: typed(3, {("IND10.2", "value"): " ๘๒.๕ % "}),
    "value.schema": lambda: typed(4, {("IND13.1.1", "evidence"): "คำสั่ง_x0001_ที่ 5"}),
    "consistency.done_without_evidence": lambda: typed(None, DONE | {("1.1.1", "evidence"): None}),
    "consistency.done_below_number": lambda: typed(
        None, {("1.6.1", "status"): "ดำเนินการแล้ว", ("1.6.1", "members"): 2, ("1.6.1", "evidence"): "คำสั่งที่ 5"}
    ),
    "consistency.future_date": lambda: data(4, {"prepared_on": "2056-03-31"}),
    "consistency.day_turned": lambda: typed(4, {("prepared_on", "value"): datetime.datetime(1964, 3, 31)}),
    "consistency.day_implausible": lambda: data(4, {"prepared_on": "2011-03-31"}),
    "consistency.future_year": lambda: data(4, {"year": 2599}),
    "consistency.total_differs": lambda: data(2, {"answers/IND8/2/total": 6}),
    "consistency.over_population": lambda: data(6, {"answers/IND17/2/total": 300}),
    "consistency.evidence_missing": lambda: data(
        6, {"answers/IND18/2.1": {"met": True}, "evidence/IND18/2.1": "", "links/IND18/2.1": ""}
    ),
    "consistency.cover_differs": lambda: Fixture((File(4), File(5), File(6, data={"school/office": "สพป.อื่น เขต 9"}))),
    "consistency.year_differs": lambda: Fixture((File(4), File(5), File(6, data={"year": 2562}))),
    "consistency.onet_tables_differ": lambda: Fixture((File(1), File(2, data={"answers/IND5/2/P6/science": None}))),
    "consistency.national_mean_differs": lambda: Fixture(
        (File(2), File(3, data={"deductions/IND10/D2/found": True})), means=True
    ),
    "consistency.far_from_last_year": lambda: Fixture((File(4, data={"year": 2562, "school/learners": 860}), File(4))),
    "consistency.previous_differs": lambda: Fixture((File(2, data={"year": 2562}), File(2))),
    "check.no_national_means": lambda: Fixture((File(2, data={"year": 2564}), File(3, data={"year": 2564}))),
    "check.not_run": lambda: Fixture((File(5),), fault="a check fails"),
    "roster.unknown_school": lambda: Fixture((File(5),), roster=(1,)),
    "roster.sender_unknown": lambda: Fixture((File(5), File(5, 3), Raw("scan.xlsx", content(b""))), roster=(2, 3)),
    "roster.school_missing": lambda: merged(roster=(1, 2)),
    "roster.workbook_missing": lambda: merged(without=None),
    "roster.superseded": lambda: merged(File(5, data={"prepared_on": "2021-01-05"})),
    "roster.same_date": lambda: merged(File(5, data={"notes/IND15/1.1": "แก้ไขแล้ว"})),
    "roster.other_year": lambda: merged(File(5, data={"year": 2562})),
    "roster.name_differs": lambda: Fixture((File(4, data={"school/name": "โรงเรียนวัดดอนพิกุลเงิน"}),), roster=(1, 2)),
    "roster.name_of_another": lambda: Fixture((File(4, data={"school/name": "รร. บ้านหนองดาวเรือง"}),), roster=(1, 2)),
    "roster.cover_differs": lambda: Fixture(
        (File(4, data={"school/learners": 68, "school/office": "สพป.อื่น เขต 9"}),), roster=(2,)
    ),
    "roster.merged": lambda: Fixture((File(4),), roster=(1, 2), cells="C2:C3"),
    "roster.identical": lambda: Fixture((File(4), File(4))),
    "roster.changed": lambda: Fixture(
        (File(4), File(4, data={"prepared_on": "2021-05-03", "answers/IND13/2.1/value": 9}))
    ),
    "roster.copied_answers": lambda: Fixture(
        (File(2), File(2, data={"school/code": "99000099", "school/name": "โรงเรียนอื่น"}))
    ),
    "roster.outlier": lambda: Fixture(
        (*(File(5, school) for school in range(1, 10)), File(5, 10, data={"school/teachers": 2}))
    ),
    "privacy.national_id": lambda: data(3, {"notes/IND9/1.1": f"ประธาน {national_id('199990000123')}"}),
    "privacy.phone": lambda: data(3, {"notes/IND9/1.1": "โทร. ๐๘๑-๐๐๐ ๐๐๐๐"}),
    "privacy.email": lambda: data(3, {"notes/IND9/1.1": "ส่งถึง somebody@example.ac.th"}),
    "privacy.learner_names": lambda: data(3, {"notes/IND9/1.1": BOYS_AND_GIRLS}),
}
"""Code → the fixture that shows it."""
DONE = {("1.1.1", "status"): "ดำเนินการแล้ว"}

SHOULD_PASS: dict[str, Callable[[], Fixture]] = {
    "a complete school": lambda: merged(),
    "ten schools of all sizes": lambda: Fixture(
        tuple(File(5, school) for school in range(1, 11)), roster=tuple(range(1, 11))
    ),
    "two years of one school": lambda: Fixture((File(4), File(4, data={"year": 2562, "school/learners": 90}))),
    "a name spelt with other spaces": lambda: Fixture(
        (File(4, data={"school/name": "ร.ร.วัด ดอนพิกุลทอง"}),), roster=(1, 2)
    ),
    "numbers that are no one's": lambda: data(
        3,
        {
            "notes/IND9/1.1": "คำสั่งที่ 081/2563 ลงวันที่ 02/05/2563 รหัส 1099000002 เลขที่ 1-2345-67890-12-0",
            "links/IND9/1.1": "https://example.ac.th/files/0810000000/1999900001230",
        },
    ),
    "a few names of staff": lambda: data(
        3, {"notes/IND9/1.1": "นายสมมุติ ใจดี นางสาวสมสมัย ใจงาม และนายกองค์การบริหารส่วนตำบล"}
    ),
    "nobody below the standard": lambda: data(1, {"answers/IND4/2.2": {"count": 0, "total": 0}}),
}
"""What is in order → its fixture."""


def main(folder: Path) -> None:
    """Writes all fixtures; those of an earlier build are removed first."""
    for kind, fixtures in (("should_pass", SHOULD_PASS), ("should_fail", SHOULD_FAIL)):
        shutil.rmtree(folder / kind, ignore_errors=True)
        for name, fixture in fixtures.items():
            build(fixture(), folder / kind / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=HERE)
    main(parser.parse_args().folder)
