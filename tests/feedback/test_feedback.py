"""Marked copies and letters: nothing of the school's is lost, every fault is found, and marks go as they came."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import time
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.comments import Comment

from helpers import TESTS, books, libreoffice
from helpers.books import parts_of
from qa_excel.checks import check
from qa_excel.district import copies
from qa_excel.district.examining import read_one
from qa_excel.district.received import received
from qa_excel.feedback import writing as feedback
from qa_excel.feedback.letter import MAX_FILES, Letter, Line
from qa_excel.feedback.listing import Listing
from qa_excel.feedback.marking import MarkingError, mark
from qa_excel.feedback.notes import AUTHOR, HEAD
from qa_excel.feedback.writing import FeedbackError, refuse_inside, write_feedback
from qa_excel.files.editing import Part
from qa_excel.form.layout import CALCULATION, TITLES
from qa_excel.form.printed import printed_form
from qa_excel.office.roster import Roster, School
from qa_excel.problems import Problem, Source
from qa_excel.reading.signs import found_beside
from qa_excel.reading.workbook import read_workbook

TODAY = date(2026, 1, 1)
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
FAULTY = books.SAMPLES / "faulty"
LISTING = "ผลการตรวจสอบ"
COUNT, TOTAL, MET = ("IND1.1", "count"), ("IND1.1", "total"), ("IND1.2", "count")
HOURS = {COUNT: "ห้าสิบ", TOTAL: 10, MET: -3}
PICTURE = b"\x89PNG\r\n\x1a\n not looked into"
INJECTED = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", '=HYPERLINK("http://example.com","x")', "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")', "http://example.com/x",
]  # fmt: skip
TEXTS = [("school.name", "value"), ("school.office", "value"), ("prepared_by", "value")]
TEXTS += [("IND1.1", column) for column in ("evidence", "link", "note")]
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def is_unchanged_copy(path):
    return copies.is_unchanged_copy(read_workbook(path))


def read(path):
    return check(read_workbook(path, str(path)), TODAY)


def send(folder, *paths, lang="th", problems=None, roster=None):
    """The copies and letters written for those files."""
    return write_feedback([read(path) for path in paths], folder, lang, problems, roster, TODAY)


def copy_of(folder, path, **more):
    return next(written for written in send(folder, path, **more) if written.suffix == ".xlsx")


def listed(path):
    """The rows of the first sheet: (severity, sheet, cell, message, what to do)."""
    sheet = books.opened(path).worksheets[0]
    return [tuple(str(cell) for cell in row[1:6]) for row in sheet.iter_rows(min_row=10, values_only=True) if row[0]]


def errors(path):
    return {(p.code, p.source.sheet, p.source.cell) for p in read(path).problems if p.severity == "error"}


def rules(path):
    """(sheet, cell) of each rule that marks a cell, with its fill, in order of rank."""
    book = books.opened(path)
    found = {}
    for sheet in book.worksheets:
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                if "qa-excel:mark" in rule.formula[0]:
                    found[sheet.title, str(area.sqref)] = (rule.priority, rule.dxf.fill.bgColor.rgb)
    return found


@pytest.fixture
def plain(tmp_path):
    """A workbook with faulty answers, as the program's own template gives it."""
    path = tmp_path / "in" / "ด้าน1.xlsx"
    path.parent.mkdir()
    return books.workbook(path, 1, HOURS)


@pytest.fixture
def rich(plain):
    """The same with what a school may put in: notes, a picture, a protected sheet, a property of its own."""
    sheet_name, cell = books.place(plain, COUNT)

    def adorn(book):
        sheet = book[sheet_name]
        sheet[cell].comment = Comment("ถามครูสมศรี", "ครูใหญ่")
        sheet["B3"].comment = Comment("=1+1", "ครูใหญ่")
        sheet.protection.sheet = True
        book.active = book.sheetnames.index(sheet_name)

    books.edit(plain, adorn)

    def draw(all_parts):
        name, rels = sheet_part(all_parts, sheet_name)
        link = f'<drawing xmlns:r="{_RELATION}" r:id="rId77"/>'.encode()
        all_parts[name] = all_parts[name].replace(b"<legacyDrawing", link + b"<legacyDrawing")
        relation = f'<Relationship Id="rId77" Type="{_RELATION}/drawing" Target="/xl/drawings/drawing9.xml"/>'.encode()
        all_parts[rels] = all_parts[rels].replace(b"</Relationships>", relation + b"</Relationships>")
        all_parts["xl/drawings/drawing9.xml"] = (
            b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
        )
        all_parts["xl/media/image1.png"] = PICTURE
        types = all_parts["[Content_Types].xml"]
        drawing = (
            b'<Override PartName="/xl/drawings/drawing9.xml"'
            b' ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
        )
        all_parts["[Content_Types].xml"] = types.replace(b"</Types>", drawing)

    return books.repack(plain, draw)


def sheet_part(all_parts, title):
    """(part of a sheet, part of its relationships)."""
    workbook = ElementTree.fromstring(all_parts["xl/workbook.xml"])
    targets = {
        r.get("Id"): r.get("Target").lstrip("/")
        for r in ElementTree.fromstring(all_parts["xl/_rels/workbook.xml.rels"])
    }
    sheet = next(e for e in workbook.iter() if e.tag.endswith("}sheet") and e.get("name") == title)
    name = targets[sheet.get(f"{{{_RELATION}}}id")]
    return name, name.replace("worksheets/", "worksheets/_rels/") + ".rels"


# --- The copy's package ---


def test_nothing_is_lost_and_only_what_must_change_changes(rich, tmp_path):
    before = rich.read_bytes()
    copy = copy_of(tmp_path / "out", rich)
    assert rich.read_bytes() == before
    old, new = parts_of(rich), parts_of(copy)
    assert old.keys() <= new.keys()
    marked = sheet_part(old, books.place(rich, COUNT)[0])[0]
    faulty = {p.source.sheet for p in read(rich).problems if p.severity != "info"}
    comments = next(name for name in old if "comment" in name)
    drawing = next(name for name in old if name.endswith(".vml") or "legacyDrawing" in name)
    may_change = {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    may_change |= {"xl/styles.xml", comments, drawing, *(name for title in faulty for name in sheet_part(old, title))}
    changed = {name for name in old if old[name] != new[name]}
    assert changed <= may_change | {name for name in old if b'tabSelected="1"' in old[name]}
    assert new["xl/media/image1.png"] == PICTURE
    for name, content in new.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
    data = re.compile(rb"<sheetData>.*</sheetData>|<dataValidations.*</dataValidations>|<sheetProtection[^>]*>", re.S)
    assert data.findall(old[marked]) == data.findall(new[marked])


def test_every_part_of_the_package_is_declared_and_led_to(rich, tmp_path):
    new = parts_of(copy_of(tmp_path / "out", rich))
    types = ElementTree.fromstring(new["[Content_Types].xml"])
    overrides = [e.get("PartName").lstrip("/") for e in types if e.tag.endswith("Override")]
    endings = {e.get("Extension") for e in types if e.tag.endswith("Default")}
    assert len(overrides) == len(set(overrides))
    assert set(overrides) <= new.keys()
    assert {n.rpartition(".")[2] for n in new if n not in overrides} - {"png"} <= endings
    for name in new:
        if name.endswith(".rels"):
            ids = [e.get("Id") for e in ElementTree.fromstring(new[name])]
            assert len(ids) == len(set(ids))


FORM_1_0 = TESTS / "fixtures" / "version_1.0" / "altered" / "structure.label_altered.xlsx"
"""Its summary has five selections for four panes, as every form of that version."""


def test_a_copy_is_valid_though_the_form_at_the_school_is_not(tmp_path):
    def panes(path):
        names = [name for name in parts_of(path) if "worksheets/sheet" in name]
        return [re.findall(rb'<selection[^>]*pane="(\w+)"', parts_of(path)[name]) for name in names]

    assert max(map(len, panes(FORM_1_0))) == 5
    copy = copy_of(tmp_path / "out", FORM_1_0)
    assert all(len(found) == len(set(found)) for found in panes(copy))
    assert [b"topRight", b"bottomLeft", b"bottomRight"] in panes(copy)


@pytest.mark.parametrize("form", ["usual", "odd"])
def test_relationships_lead_where_they_led_by_relative_names(form, rich, tmp_path):
    if form == "odd":
        books.repack(rich, oddly)
    copy = copy_of(tmp_path / "out", rich)
    new, led = parts_of(copy), set()
    for name in [name for name in new if name.endswith(".rels")]:
        for relation in ElementTree.fromstring(new[name]):
            if relation.get("TargetMode") != "External":
                assert not relation.get("Target").startswith("/"), name
                folder = posixpath.dirname(posixpath.dirname(name))
                led.add(posixpath.normpath(posixpath.join(folder, relation.get("Target"))))
    assert led == {n for n in new if not n.endswith((".rels", "[Content_Types].xml")) and n != "xl/media/image1.png"}
    assert books.opened(copy).sheetnames[0] == LISTING


def oddly(all_parts):
    """Sheets elsewhere than beside the workbook, led to by absolute names; a namespace declared where it is used."""
    declared = f' xmlns:r="{_RELATION}"'.encode()
    book = all_parts["xl/workbook.xml"].replace(declared, b"")
    all_parts["xl/workbook.xml"] = book.replace(b"<sheet ", b"<sheet" + declared + b" ")
    assert ElementTree.fromstring(all_parts["xl/workbook.xml"])
    for name in [name for name in all_parts if name.startswith("xl/worksheets/")]:
        all_parts[name.replace("xl/worksheets/", "forms/one/")] = all_parts.pop(name)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        all_parts[name] = all_parts[name].replace(b"xl/worksheets/", b"forms/one/")


def test_the_copy_opens_with_the_schools_notes_and_ours(rich, tmp_path):
    sheet_name, cell = books.place(rich, COUNT)
    book = openpyxl.load_workbook(copy_of(tmp_path / "out", rich))
    sheet = book[sheet_name]
    assert sheet["B3"].comment.text == "=1+1"
    assert sheet["B3"].comment.author == "ครูใหญ่"
    shared = sheet[cell].comment
    assert shared.text.startswith("ถามครูสมศรี")
    assert HEAD in shared.text
    alone = sheet[books.place(rich, MET)[1]].comment
    assert alone.author == AUTHOR
    assert "ต้องไม่ติดลบ" in alone.text and "สิ่งที่ควรทำ" in alone.text
    assert sheet.protection.sheet
    noted = [c.coordinate for row in sheet.iter_rows() for c in row if c.comment and HEAD in c.comment.text]
    assert sorted(noted) == sorted(c for s, c in rules(copy_of(tmp_path / "out", rich)) if s == sheet_name)


def test_each_note_has_its_drawing(rich, tmp_path):
    new = parts_of(copy_of(tmp_path / "out", rich))
    comments = sum(content.count(b"<comment ") for name, content in new.items() if "comment" in name)
    drawings = [content for content in new.values() if content.lstrip().startswith(b"<xml")]
    assert comments == sum(content.count(b'ObjectType="Note"') for content in drawings)
    for content in drawings:
        ids = re.findall(rb'<\w+:shape\b[^>]* id="([^"]+)"', content)
        assert len(ids) == len(set(ids))


def test_the_first_sheet_lists_every_problem_and_leads_to_its_cell(plain, tmp_path):
    copy = copy_of(tmp_path / "out", plain)
    book = books.opened(copy)
    assert book.sheetnames[0] == LISTING
    assert book.active.title == LISTING
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == [LISTING]
    problems = read(plain).problems
    assert sorted(row[1:3] for row in listed(copy)) == sorted(
        (p.source.sheet or "–", p.source.cell or ("ทั้งแผ่น" if p.source.sheet else "–")) for p in problems
    )
    assert [row[0] for row in listed(copy)] == sorted(
        (row[0] for row in listed(copy)), key=["ผิดพลาด", "ควรตรวจสอบ", "แจ้งให้ทราบ"].index
    )
    for row in book[LISTING].iter_rows(min_row=10):
        if row[3].hyperlink:
            sheet, cell = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", row[3].hyperlink.location).groups()
            assert (sheet, cell) == (row[2].value, row[3].value)
            assert sheet in book.sheetnames


def test_names_that_belong_to_sheets_move_with_them(plain, tmp_path):
    old, new = books.opened(plain), books.opened(copy_of(tmp_path / "out", plain))
    for sheet in old.worksheets:
        assert new[sheet.title].print_area == sheet.print_area
        assert new[sheet.title].print_title_rows == sheet.print_title_rows
    assert dict(old.defined_names).keys() <= dict(new.defined_names).keys()


def test_marks_stand_above_the_templates_own_formats(plain, tmp_path):
    marks = rules(copy_of(tmp_path / "out", plain))
    sheet, cell = books.place(plain, COUNT)
    assert marks[sheet, cell][1].endswith("FF8F8F")
    book = books.opened(tmp_path / "out" / "63020130" / "ด้าน1 (ผลตรวจ).xlsx")
    priorities = [r.priority for area in book[sheet].conditional_formatting for r in area.rules]
    assert len(priorities) == len(set(priorities))
    ours = [rank for (title, _), (rank, _) in marks.items() if title == sheet]
    assert max(ours) < min(set(priorities) - set(ours))


def test_two_runs_give_the_same_bytes(rich, tmp_path):
    first, second = send(tmp_path / "a", rich), send(tmp_path / "b", rich)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_a_copy_never_takes_the_place_of_a_file_received(plain, tmp_path):
    home = tmp_path / "63020130"
    home.mkdir()
    received = shutil.copy(plain, home / "ด้าน1 (ผลตรวจ).xlsx")
    before = received.read_bytes()
    assert copy_of(tmp_path, received) != received
    assert received.read_bytes() == before


def test_odd_packages_are_marked_too(plain, tmp_path):
    """Prefixed names, relative targets, a comment in a thread."""
    sheet_name, cell = books.place(plain, COUNT)

    def spoil(all_parts):
        rels = sheet_part(all_parts, sheet_name)[1]
        main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        styles = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", all_parts["xl/styles.xml"])
        all_parts["xl/styles.xml"] = styles.replace(main, main.replace(b"xmlns", b"xmlns:x"))
        thread = f'<ThreadedComments xmlns="x"><threadedComment ref="{cell}"/></ThreadedComments>'
        all_parts["xl/threadedComments/t1.xml"] = thread.encode()
        relation = '<Relationship Id="rId9" Type="x/threadedComment" Target="../threadedComments/t1.xml"/>'
        all_parts[rels] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relation}</Relationships>"
        ).encode()

    path = books.repack(plain, spoil)
    copy = copy_of(tmp_path / "out", path)
    book = books.opened(copy)
    assert (sheet_name, cell) in rules(copy)
    assert book[sheet_name][cell].comment is None
    assert book[sheet_name][books.place(path, MET)[1]].comment
    assert errors(copy) == errors(path)


def test_what_would_be_no_xml_is_not_sent(plain):
    """A prefix that the school's file itself leaves unknown."""
    odd = parts_of(plain)
    odd["xl/workbook.xml"] = odd["xl/workbook.xml"].replace(b"<workbookPr", b"<z:odd/><workbookPr")
    listing = Listing("th", "", "", [], 0)
    assert mark(parts_of(plain), {}, listing, "sign")
    with pytest.raises(MarkingError):
        mark(odd, {}, listing, "sign")


def test_a_part_in_another_encoding_is_added_to_in_utf_8():
    text = '<?xml version="1.0" encoding="{}"?><a x="1"><b/><c>ก</c></a>'
    for encoding in ("utf-16", "utf-16-le", "utf-8", "tis-620"):
        part = Part(text.format(encoding).encode(encoding))
        part.append(part.first("b"), "<d>ข</d>".encode())
        part.set(part.root, x="2", y='"ค"')
        root = ElementTree.fromstring(part.result())
        assert (root.get("x"), root.get("y")) == ("2", '"ค"')
        assert (root[0][0].text, root[1].text) == ("ข", "ก")


def test_a_sheets_title_never_leads_out_of_the_workbook(plain, tmp_path):
    title = "[x.xlsx]ก'ข"

    def rename(all_parts):
        name = books.place(plain, COUNT)[0].encode()
        all_parts["xl/workbook.xml"] = all_parts["xl/workbook.xml"].replace(
            b'name="' + name + b'"', f'name="{title}"'.encode()
        )

    path = books.repack(plain, rename)
    new = parts_of(copy_of(tmp_path / "out", path))
    first = next(content.decode() for content in new.values() if "FFC00000" in content.decode("utf-8", "ignore")[:400])
    assert "[x.xlsx]" in first
    assert not re.search(r"(<f>|location=\")[^<\"]*\[", first)


# --- A copy comes back ---


def test_a_copy_is_known_until_something_is_corrected(plain, tmp_path):
    copy = copy_of(tmp_path / "out", plain)
    assert is_unchanged_copy(copy)
    assert not is_unchanged_copy(plain)
    books.type_in(copy, {COUNT: "หกสิบ"})
    assert not is_unchanged_copy(copy)
    assert not is_unchanged_copy(tmp_path / "absent.xlsx")


def label_of(book):
    cell = books.keyed_cells(books.sheet_with(book, COUNT))[COUNT]
    return cell.parent.cell(cell.row, 3)


def without_comment(book):
    for sheet in book.worksheets:
        if sheet["B3"].comment:
            sheet["B3"].comment = None


CORRECTIONS = {
    "a label": lambda book: setattr(label_of(book), "value", "ผู้เรียน"),
    "a score cell": lambda book: setattr(book["ตบช.1"]["I13"], "value", None),
    "a comment": without_comment,
    "a sheet": lambda book: book.remove(book["งบ"]),
}
"""What a school may mend where nothing was typed into an input."""


@pytest.mark.parametrize("done", CORRECTIONS)
def test_every_correction_counts(done, rich, tmp_path):
    def spoil(book):
        label_of(book).value = "ข้อความอื่น"
        sheet = books.sheet_with(book, COUNT)
        sheet["B3"].comment = Comment("somebody@example.com", "ครูใหญ่")
        book.create_sheet("งบ")["A1"] = "โทร 081-234-5678"
        sheet["I13"].value = 2

    books.edit(rich, spoil)
    copy = copy_of(tmp_path / "out", rich)
    assert is_unchanged_copy(copy)
    books.edit(copy, lambda book: None)
    assert is_unchanged_copy(copy)
    books.edit(copy, CORRECTIONS[done])
    assert not is_unchanged_copy(copy)


def test_what_another_version_finds_makes_no_correction(plain, tmp_path, monkeypatch):
    copy = copy_of(tmp_path / "out", plain)
    found = Problem("privacy.email", Source("-", LISTING, "A1"))
    more = lambda problems: found_beside([*problems, found])  # noqa: E731
    monkeypatch.setattr("qa_excel.reading.workbook.found_beside", more)
    assert is_unchanged_copy(copy)
    monkeypatch.setattr("qa_excel.checks.check", lambda result, *_: result)
    assert is_unchanged_copy(copy)
    books.type_in(copy, {COUNT: 5})
    assert not is_unchanged_copy(copy)


def test_a_corrected_copy_shows_only_what_remains(plain, tmp_path):
    copy = copy_of(tmp_path / "out", plain)
    assert errors(copy) == errors(plain)
    books.type_in(copy, {COUNT: 5})
    left = errors(copy)
    assert left == {e for e in errors(plain) if e[1:] != books.place(plain, COUNT)}
    again = copy_of(tmp_path / "again", copy)
    assert again.name == copy.name
    book = books.opened(again)
    assert [t for t in book.sheetnames if t.startswith(LISTING)] == [LISTING]
    assert len([row for row in listed(again) if row[0] == "ผิดพลาด"]) == len(left)
    sheet, cell = books.place(plain, COUNT)
    assert (sheet, cell) not in rules(again)
    assert book[sheet][cell].comment is None
    books.type_in(again, {MET: 0, ("IND1.2", "total"): 0})
    assert not errors(again)


def test_a_copy_tells_how_often_it_was_marked(plain, tmp_path):
    """By that a corrected copy counts before the file that it was made from, though both bear the same date."""
    assert read_workbook(plain).rounds == 0
    first = copy_of(tmp_path / "1", plain)
    assert read_workbook(first).rounds == 1
    assert read_workbook(copy_of(tmp_path / "same", first)).rounds == 1
    books.type_in(first, {COUNT: 5})
    assert read_workbook(first).rounds == 1
    assert read_workbook(copy_of(tmp_path / "2", first)).rounds == 2


def test_marking_a_marked_copy_again_changes_nothing(rich, tmp_path):
    once = copy_of(tmp_path / "once", rich)
    twice = copy_of(tmp_path / "twice", once)
    assert parts_of(twice) == parts_of(once)
    assert twice.read_bytes() == once.read_bytes()


@pytest.mark.libreoffice
def test_a_copy_saved_by_libreoffice_keeps_its_sign_and_gives_up_its_marks(rich, tmp_path):
    copy = copy_of(tmp_path / "out", rich)
    (saved,) = libreoffice.resave([copy], tmp_path / "saved")
    assert books.opened(saved).sheetnames[0] == LISTING
    assert errors(saved) == errors(copy)
    assert is_unchanged_copy(saved)
    state = books.opened(saved, data_only=True).worksheets[0]["G10"].value
    assert state == "ยังไม่แก้ไข"
    again = copy_of(tmp_path / "again", saved)
    book = books.opened(again)
    assert [t for t in book.sheetnames if t.startswith(LISTING)] == [LISTING]
    assert listed(again) == listed(copy)
    assert rules(again).keys() == rules(copy).keys()
    sheet, cell = books.place(rich, COUNT)
    assert book[sheet][cell].comment.text.count(HEAD) == 1
    assert book[sheet][cell].comment.text.startswith("ถามครูสมศรี")


@pytest.mark.libreoffice
def test_a_mark_goes_when_the_cell_changes(plain, tmp_path):
    copy = copy_of(tmp_path / "out", plain)
    books.type_in(copy, {COUNT: 5})
    (saved,) = libreoffice.resave([copy], tmp_path / "saved")
    states = {
        (row[2], row[3]): row[6]
        for row in books.opened(saved, data_only=True).worksheets[0].iter_rows(min_row=10, values_only=True)
    }
    assert states[books.place(plain, COUNT)] == "เปลี่ยนค่าแล้ว"
    assert states[books.place(plain, MET)] == "ยังไม่แก้ไข"


@pytest.mark.libreoffice
def test_every_marked_sample_opens_in_libreoffice(tmp_path):
    copies = [p for p in send(tmp_path / "out", *sorted(FAULTY.rglob("*.xlsx"))) if p.suffix == ".xlsx"]
    assert copies
    for copy, saved in zip(copies, libreoffice.resave(copies, tmp_path / "saved"), strict=True):
        assert errors(saved) == errors(copy)
        assert rules(saved).keys() == rules(copy).keys()
        own, shown = own_scores(copy), shown_scores(saved)
        assert shown == {place: pytest.approx(own[place]) for place in shown}
        assert shown or not own, copy.name


def own_scores(path):
    """(sheet, cell) → the score that stands there, as the program gives it; of indicators without a score, none."""
    submission = read(path).submission
    form = printed_form(submission.rubric, submission.area, submission.rubric.version)
    nets = {("ONESQA_SCORE", key): each.score for key, each in submission.scorecard.indicators.items()}
    nets |= {("IQA_PROGRESS", key): each.percent for key, each in submission.scorecard.processes.items()}
    cells = [(sheet.title, each) for sheet in form.values() for each in sheet.scores if each.call in nets]
    return {
        (t, each.place.row, each.place.column): float(nets[each.call])
        for t, each in cells
        if nets[each.call] is not None
    }


def shown_scores(path):
    """Those that LibreOffice shows without the functions: none where the sheet itself can't read an input."""
    book = books.opened(path, data_only=True)
    assert book[TITLES[CALCULATION]].sheet_state == "hidden"
    held = {(title, row, column): book[title].cell(row, column).value for title, row, column in own_scores(path)}
    return {place: value for place, value in held.items() if isinstance(value, int | float)}


# --- Schools and letters ---


def letter(path):
    return "".join(ElementTree.fromstring(parts_of(path)["word/document.xml"]).itertext())


def test_the_sample_schools_get_what_they_need(tmp_path):
    files = sorted(FAULTY.rglob("*.xlsx"))
    before = books.snapshot(FAULTY)
    written = send(tmp_path, *files)
    assert books.snapshot(FAULTY) == before
    results = [read(path) for path in files]
    faulty = [r for r in results if any(p.severity != "info" for p in r.problems)]
    readable = [r for r in faulty if r.submission]
    assert len([p for p in written if p.suffix == ".xlsx"]) == len(readable)
    assert all(p.exists() for p in written)
    for result in readable:
        copy = next(p for p in written if p.name.startswith(Path(result.file).stem + " "))
        marked = rules(copy)
        for problem in result.problems:
            if problem.severity != "info" and problem.source.cell:
                assert (problem.source.sheet, problem.source.cell) in marked
    letters = {path.parent.name: letter(path) for path in written if path.suffix == ".docx"}
    assert set(letters) == {path.parent.name.split()[0] for path in map(Path, (r.file for r in faulty))}
    for result in faulty:
        assert any(Path(result.file).name in text for text in letters.values())


ANSWERS = {
    "ข้อมูลสถานศึกษา": {"E9": "99000101", "E12": 2563},
    "ตบช.1": {"E9": 30, "E10": 9},
    "ตบช.2": {"G16": None, "H16": None},
    "ตบช.4": {"F13": 5},
    "ตบช.5": {"E13": 80, "E15": "ใช่"},
    "ตบช.6": {"E9": 3},
    "ตบช.8": {"E13": "ไม่พบ"},
    "ตบช.9": {"E23": "ไม่พบ"},
    "ตบช.10": {"E19": "ไม่พบ"},
    "ตบช.11": {"F21": "แก้ไขแล้ว"},
    "ตบช.17": {"E13": 85},
    "ตบช.18": {"E13": 80},
    "ตบช.19": {"E10": 2},
    "ตบช.20": {"E22": "ไม่ใช่"},
    "กระบวนการ 1.1": {"F9": "คำสั่งแต่งตั้งคณะกรรมการ"},
    "กระบวนการ 1.2": {"F9": "รายงานการประชุม"},
    "กระบวนการ 1.3": {"E9": "กำลังดำเนินการ"},
    "กระบวนการ 1.6": {"F9": 5},
}
"""What the sample school types into the cells that its lists name."""


def test_a_school_mends_everything_from_the_lists_alone(tmp_path):
    """Cell after cell that a copy lists is filled in; what is found then is listed in the next copy, in the end
    nothing."""
    files = sorted(next(FAULTY.glob("99000101 *")).glob("*.xlsx"))
    for number in range(3):
        copied = [path for path in send(tmp_path / str(number), *files) if path.suffix == ".xlsx"]
        if not copied:
            break
        for copy in copied:
            places = [row[1:3] for row in listed(copy) if row[0] != "แจ้งให้ทราบ"]
            books.edit(copy, lambda book, places=places: [answer(book, *place) for place in places])
        files = copied
    assert number == 2
    assert all(problem.severity == "info" for path in files for problem in read(path).problems)


def answer(book, title, cell):
    book[title][cell].value = ANSWERS[title][cell]


def test_a_damaged_file_gets_only_the_letter(tmp_path):
    path = tmp_path / "99000009 โรงเรียน" / "เสีย.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04 and no more")
    (written,) = send(tmp_path / "out", path)
    assert written.parent.name == "99000009"
    assert "แฟ้มเสียหาย" in letter(written) and "เสีย.xlsx" in letter(written)
    assert "สถานศึกษา รหัส 99000009" in letter(written)


def test_a_file_that_cannot_be_marked_is_told_of_in_the_letter(plain, tmp_path, monkeypatch):
    def refuse(*_):
        raise MarkingError

    monkeypatch.setattr(feedback, "mark", refuse)
    (written,) = send(tmp_path / "out", plain)
    sheet, cell = books.place(plain, COUNT)
    assert f"{sheet} {cell} " in letter(written) and "ต้องไม่ติดลบ" in letter(written)


def test_a_school_without_findings_gets_nothing(tmp_path):
    files = sorted(books.COMPLETE_SCHOOL.rglob("*.xlsx"))
    clean = [p for p in files if all(problem.severity == "info" for problem in read(p).problems)]
    assert clean
    assert send(tmp_path / "out", *clean) == []
    assert not (tmp_path / "out").exists()


def test_the_letter_names_school_and_office_as_the_roster_does(plain, tmp_path):
    """Two offices in one roster; a school that writes its other code, and one whose file can't be read."""
    second = tmp_path / "in" / "99000009" / "เสีย.xlsx"
    second.parent.mkdir()
    second.write_bytes(b"PK\x03\x04 and no more")
    third = books.workbook(tmp_path / "in" / "ด้าน2.xlsx", 2, {("school.code", "value"): "1063020130"})
    roster = Roster(
        (
            School("63020130", "โรงเรียนบ้านหนึ่ง", "สพป.ตัวอย่าง เขต 1", ministry_code="1063020130"),
            School("99000009", "โรงเรียนบ้านเก้า", "สพม.ตัวอย่าง เขต 9"),
        )
    )
    written = send(tmp_path / "out", plain, second, third, roster=roster)
    letters = {path.parent.name: letter(path) for path in written if path.suffix == ".docx"}
    assert letters.keys() == {"63020130", "99000009"}
    one, nine = letters.values()
    assert "ผู้อำนวยการโรงเรียนบ้านหนึ่ง" in one and "สพป.ตัวอย่าง เขต ๑" in one and "ด้าน2.xlsx" in one
    assert "ผู้อำนวยการโรงเรียนบ้านเก้า" in nine and "สพม.ตัวอย่าง เขต ๙" in nine


def test_the_letter_is_dated_and_counts(plain, tmp_path):
    found = read(plain).problems
    errors_, warnings = (sum(p.severity == severity for p in found) for severity in ("error", "warning"))
    text = letter(send(tmp_path / "th", plain)[1])
    assert "1 มกราคม 2569".translate(THAI_DIGITS) in text
    assert f"ด้าน1.xlsx{errors_}{warnings}".translate(THAI_DIGITS) in text.translate(THAI_DIGITS)
    assert "จำนวน ๑ แฟ้ม" in text and "ผลการตรวจสอบ" in text
    assert "1 January 2569 B.E." in letter(send(tmp_path / "en", plain, lang="en")[1])


def test_a_long_letter_is_cut_and_still_counts_everything(tmp_path):
    lines = [Line(f"{n}.xlsx", 2, 1) for n in range(MAX_FILES + 5)]
    (tmp_path / "l.docx").write_bytes(Letter("", "", "", lines, TODAY).document("en"))
    text = letter(tmp_path / "l.docx")
    assert "39.xlsx" in text and "40.xlsx" not in text
    assert "and 5 more files105" in text and text.count("Total9045") == 1


def test_a_replaced_workbook_is_not_sent_back(plain, tmp_path):
    newer = Path(shutil.copy(plain, tmp_path / "in" / "ใหม่.xlsx"))
    others = (Source(str(plain)),)
    for code in feedback.REPLACING:
        params = {"other": str(plain), "count": 1, "changes": "x"}
        more = [Problem(code, Source(str(newer)), params=params, others=others)]
        everything = [*more, *read(plain).problems, *read(newer).problems]
        copy, text = send(tmp_path / code, plain, newer, problems=everything)
        assert copy.name == "ใหม่ (ผลตรวจ).xlsx"
        assert "ด้าน1.xlsx" not in letter(text)
        shown = " ".join(row[3] for row in listed(copy))
        assert "ด้าน1.xlsx" in shown and str(tmp_path) not in shown


def test_a_school_is_not_told_of_another(plain, tmp_path):
    params = {"schools": "99000001", "other": "in/99000001/ลับ.xlsx"}
    more = [Problem(code, Source(str(plain)), params=params) for code in feedback.OFFICE_ONLY]
    copy, text = send(tmp_path / "out", plain, problems=[*more, *read(plain).problems])
    assert "99000001" not in letter(text) + str(listed(copy))
    assert send(tmp_path / "none", plain, problems=more) == []


def test_a_note_has_the_number_that_the_list_has(plain, tmp_path):
    book = books.opened(copy_of(tmp_path / "out", plain))
    numbered = [
        (row[0], row[2], row[3]) for row in book.worksheets[0].iter_rows(min_row=10, values_only=True) if row[3]
    ]
    noted = [(n, title, cell) for n, title, cell in numbered if title in book.sheetnames and cell != "ทั้งแผ่น"]
    assert noted
    for number, title, cell in noted:
        assert f"ข้อ {number} (" in book[title][cell].comment.text


def test_findings_of_others_are_told_too(plain, tmp_path):
    more = [Problem("roster.unknown_school", Source(str(plain)), params={"school": "63020130"})]
    copy = copy_of(tmp_path / "out", plain, problems=more)
    assert len(listed(copy)) == 1


def test_in_english(plain, tmp_path):
    written = send(tmp_path / "out", plain, lang="en")
    copy = next(p for p in written if p.suffix == ".xlsx")
    assert books.opened(copy).sheetnames[0] == "Findings"
    shown = books.opened(copy).worksheets[0]
    assert not re.search(
        "[ก-๙]", " ".join(str(c) for row in shown.iter_rows(min_row=4, max_row=9, values_only=True) for c in row)
    )
    assert "To the director" in letter(next(p for p in written if p.suffix == ".docx"))


def test_a_folder_inside_the_inbox_is_refused(tmp_path):
    inbox = tmp_path / "in"
    (inbox / "deep").mkdir(parents=True)
    for folder in (inbox, inbox / "new", inbox / "deep" / ".." / "deep"):
        with pytest.raises(FeedbackError) as refused:
            refuse_inside(folder, [tmp_path / "other", inbox])
        assert re.search("[ก-๙]", refused.value.text.th)
        assert not re.search("[ก-๙]", refused.value.text.en)
    refuse_inside(tmp_path / "out", [inbox, tmp_path / "in" / "a.xlsx"])
    refuse_inside(tmp_path, [inbox])
    # The copies of a school would lie in the folder of that name.
    for name in ("63020130", "1063020130", "ไม่ทราบสถานศึกษา", "63020130/deep"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        with pytest.raises(FeedbackError):
            refuse_inside(tmp_path, [tmp_path / name])


# --- Untrusted texts and many faults ---


@pytest.fixture
def injected(tmp_path):
    """A workbook where a text stands in every input for texts, in its title and its file's name."""

    def make(typed):
        path = books.workbook(tmp_path / f"{typed}.xlsx".replace("/", "_"), 1, {**HOURS, COUNT: typed})
        books.type_in(path, dict.fromkeys(TEXTS, typed))
        return path

    return make


def formulas(path):
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in books.opened(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def links(path):
    book = books.opened(path)
    return {cell.hyperlink.target for s in book for row in s.iter_rows() for cell in row if cell.hyperlink}


@pytest.mark.parametrize("typed", INJECTED)
def test_what_a_school_typed_becomes_no_formula_or_link(injected, tmp_path, typed):
    path = injected(typed)
    copy, text = send(tmp_path / "out", path)
    new = {place: formula for place, formula in formulas(copy).items() if place[0] == LISTING}
    assert all(formula.startswith("=IF(") and typed.strip() not in formula for formula in new.values())
    assert formulas(copy).items() - new.items() == formulas(path).items()
    assert links(copy) - {None} == links(path) - {None}
    book = books.opened(copy)
    for key in (COUNT, *TEXTS):
        title, cell = books.place(path, key)
        assert (book[title][cell].value, book[title][cell].data_type) == (typed, "s")
    for sheet in book.worksheets:
        for area in sheet.conditional_formatting:
            assert all(typed.strip() not in formula for rule in area.rules for formula in rule.formula)
    xml = parts_of(text)["word/document.xml"].decode()
    assert typed.strip() in letter(text)
    assert not re.search("fldSimple|instrText|fldChar|hyperlink", xml)
    assert parts_of(text).keys() == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/document.xml",
    }


@pytest.mark.libreoffice
def test_nor_once_another_program_has_saved_it(injected, tmp_path):
    copied = [copy_of(tmp_path / str(n), injected(typed)) for n, typed in enumerate(INJECTED)]
    named = [Path(shutil.copy(path, tmp_path / f"{n}.xlsx")) for n, path in enumerate(copied)]
    for typed, path, saved in zip(INJECTED, named, libreoffice.resave(named, tmp_path / "saved"), strict=True):
        assert formulas(saved).keys() == formulas(path).keys()
        for key in (COUNT, *TEXTS):
            title, cell = books.place(path, key)
            assert str(books.opened(saved)[title][cell].value).strip() == typed.strip()


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' C calc'!A0", "x<>:?*|", "a\\b", ".", " ", "CON", "ก" * 70, b"\xa1\xff.xlsx"]
)
def test_a_file_of_any_name_gets_its_copy(plain, tmp_path, name):
    path = Path(os.fsdecode(name)) if isinstance(name, bytes) else Path(f"{name}.xlsx")
    path = plain.rename(plain.parent / path)
    copy, text = write_feedback([read_one(received(path))], tmp_path / "out")
    assert copy.parent == text.parent == tmp_path / "out" / "63020130"
    assert len(os.fsencode(copy.name)) < 250 and not re.search(r'[<>:"|?*\\\ud800-\udfff]', copy.name)
    assert listed(copy) and letter(text)


@pytest.mark.parametrize("typed", ["../../etc/passwd", "/tmp/x", "a\nb", "ก" * 3_000, "<&>'\""])
def test_a_school_of_any_name_stays_in_its_folder(plain, tmp_path, typed):
    """A name is text in the copy and in the letter, never part of a path; without a code nothing is sent."""
    books.type_in(plain, {("school.name", "value"): typed})
    written = send(tmp_path / "out", plain)
    assert {path.parent for path in written} == {tmp_path / "out" / "63020130"}
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == {plain, *written}
    assert letter(written[1])
    books.type_in(plain, {("school.code", "value"): typed})
    assert send(tmp_path / "none", plain) == []


def test_ten_thousand_faults_are_bounded_and_quick(plain, tmp_path):
    sheet = books.place(plain, COUNT)[0]
    many = [
        Problem("value.negative", Source(str(plain), sheet, f"Z{row}"), params={"label": "x", "found": row})
        for row in range(8, 10_008)
    ]
    result = read(plain)
    result.problems = many
    start = time.perf_counter()
    copy, _ = write_feedback([result], tmp_path / "out")
    assert time.perf_counter() - start < 20
    assert len(listed(copy)) == feedback.MAX_LISTED == len(rules(copy))
    assert copy.stat().st_size < 500_000
    assert "1,000 จาก 10,000" in str(books.opened(copy).worksheets[0]["A8"].value)
