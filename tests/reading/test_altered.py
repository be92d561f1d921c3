"""Changes to the protected part of a form: named at their place, and without any bearing on the score."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from helpers import books
from qa_excel.form.printed import printed_form
from qa_excel.problems import Problem
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook
from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.score import score

TITLE = "ตบช.6"


@pytest.fixture
def traces(tmp_path: Path) -> Path:
    path = tmp_path / "iqa.xlsx"
    path.write_bytes(next(books.COMPLETE_SCHOOL.glob("iqa*")).read_bytes())
    return path


def found(result: FileResult) -> list[Problem]:
    assert result.submission
    return result.problems


def codes(result: FileResult) -> list[str]:
    return [problem.code for problem in found(result)]


FORMULA = re.compile(
    r"(<c [^>]*>)<f>((?:IFERROR\()?((?:ONESQA|IQA)_[^<()]*\([^<()]*\))[^<]*)</f>(?:<v>[^<]*</v>|<v ?/>)?"
)
"""A cell that asks a function of the add-in: its start, its formula, the function."""


def asking(path: Path, cell: Callable[[re.Match[str]], str]) -> FileResult:
    """Have another start, formula and value in the cells of the forms that ask a function of the add-in."""

    def change(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if "worksheets/sheet" in name]:
            text = parts[name].decode()
            if ":calculation<" not in text:
                parts[name] = FORMULA.sub(cell, text).encode()

    return read_workbook(books.repack(path, change))


def cached(path: Path, values: Callable[[str], str]) -> FileResult:
    """Give each formula of the add-in the value that it showed when it was saved."""
    return asking(path, lambda m: f"{m[1]}<f>{m[2]}</f><v>{values(m[3])}</v>")


def formulas(path: Path, change: Callable[[str], str]) -> FileResult:
    return asking(path, lambda m: f"{m[1]}<f>{m[2].replace(m[3], change(m[3]))}</f>")


def test_a_form_as_it_was_issued(complete, traces):
    assert codes(read_workbook(complete)) == codes(read_workbook(traces)) == []


def test_right_figures_are_no_fault(complete):
    card = score(read_workbook(complete).submission.data)
    result = cached(complete, lambda formula: figure(card, formula))
    assert codes(result) == []


def test_a_figure_that_differs(complete):
    card = score(read_workbook(complete).submission.data)
    computed = card.indicators["IND6"].score
    changed = 'ONESQA_SCORE("IND6")'
    result = cached(complete, lambda formula: "4.99" if formula == changed else figure(card, formula))
    shown = found(result)
    assert {problem.code for problem in shown} == {"structure.score_differs"}
    assert [problem.source.sheet for problem in shown] == [TITLE, "สรุปคะแนน"]
    assert f"แฟ้มแสดง 4.99 คำนวณได้ {computed:.2f}" in shown[0].message()
    assert shown[0].source.cell


def test_progress_that_differs(traces):
    shown = found(cached(traces, lambda formula: "12.5"))
    assert {problem.code for problem in shown} == {"structure.score_differs"}


@pytest.mark.parametrize("value", ["", "#NAME?"])
def test_no_figure_is_no_fault(value, complete):
    assert codes(cached(complete, lambda _: value)) == []


def test_an_error_as_other_programs_save_it(complete):
    assert codes(asking(complete, lambda m: f'{m[1][:-1]} t="e"><f>{m[2]}</f><v>#NAME?</v>')) == []


@pytest.mark.parametrize(
    "prefix", ["_xll.", "_xlfn.", "_xlfn._xll.", "'C:\\Users\\somchai\\XLSTART\\qa_excel.xlam'!", "[1]!"], ids=str
)
def test_prefixes_and_case(prefix, complete):
    result = formulas(complete, lambda formula: prefix + formula.replace("ONESQA", "Onesqa"))
    assert codes(result) == (["file.addin_link"] if prefix.startswith("'") else [])
    assert "somchai" not in str([problem.to_json() for problem in result.problems])
    assert result.status == "ok"


def test_functions_kept_as_texts_by_a_service(complete):
    def wrap(formula: str) -> str:
        doubled = formula.replace('"', '""')
        return f'IFERROR(__xludf.DUMMYFUNCTION("{doubled}"),"#NAME?")'

    assert codes(formulas(complete, wrap)) == []


def test_figures_typed_over_formulas(complete):
    def spoil(book: Workbook) -> None:
        for row in book[TITLE].iter_rows():
            for cell in row:
                if re.match(r"=IFERROR\(ONESQA_(SCORE|POINTS)", str(cell.value)):
                    cell.value = 4

    shown = found(read_workbook(books.edit(complete, spoil)))
    assert {problem.code for problem in shown} == {"structure.score_typed"}
    assert {problem.source.sheet for problem in shown} == {TITLE}
    assert shown[-1].message("en").startswith("IND6 net points: the score cell holds a typed value")
    assert all(problem.source.cell for problem in shown)


def test_typed_over_after_columns_were_inserted(complete):
    def spoil(book: Workbook) -> None:
        sheet = book[TITLE]
        cells = [
            cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=IFERROR(ONESQA_GROSS")
        ]
        cells[0].value = 1.5
        sheet.insert_cols(3, 2)

    (problem,) = [p for p in found(read_workbook(books.edit(complete, spoil))) if p.code == "structure.score_typed"]
    assert "1.5" in problem.message()


def test_formulas_that_are_gone(complete):
    def spoil(book: Workbook) -> None:
        for sheet in book.worksheets[:-1]:
            for row in sheet.iter_rows():
                for cell in row:
                    if "ONESQA" in str(cell.value):
                        cell.value = None

    shown = found(read_workbook(books.edit(complete, spoil)))
    assert {problem.code for problem in shown} == {"structure.formula_missing"}
    assert ("ตบช.6", "I9") in {(problem.source.sheet, problem.source.cell) for problem in shown}


def test_another_indicator_asked_for(complete):
    result = formulas(complete, lambda formula: formula.replace("IND6", "IND5"))
    assert set(codes(result)) == {"structure.formula_missing"}


def test_a_label_rewritten(complete):
    def spoil(book: Workbook) -> None:
        cell = books.keyed_cells(book[TITLE])["IND6.1", "count"]
        book[TITLE].cell(cell.row, 3).value = "ข้อความอื่น"

    (problem,) = found(read_workbook(books.edit(complete, spoil)))
    assert (problem.code, problem.source.sheet) == ("structure.label_altered", TITLE)
    assert "ข้อความอื่น" not in problem.message()


def test_what_to_enter_rewritten(complete):
    def spoil(book: Workbook) -> None:
        cell = books.keyed_cells(book[TITLE])["IND6.1", "count"]
        book[TITLE].cell(cell.row, 4).value = "กรอกอย่างไรก็ได้"

    (problem,) = found(read_workbook(books.edit(complete, spoil)))
    assert (problem.code, problem.source.sheet, problem.source.cell[0]) == ("structure.guidance_altered", TITLE, "D")
    assert "อย่างไร" not in problem.message()


def rewritten(sheet: str, old: str, new: str) -> Callable[[Workbook], None]:
    def spoil(book: Workbook) -> None:
        cells = [c for row in book[sheet].iter_rows(max_row=25) for c in row if c.value == old]
        assert cells
        for cell in cells:
            cell.value = new

    return spoil


@pytest.mark.parametrize(
    ("sheet", "old", "expected"),
    [
        ("ตบช.6", "ตัวบ่งชี้ที่ 6 ครู/อาจารย์สร้างสรรค์ห้องเรียน/แหล่งเรียนรู้คุณภาพ (5 คะแนน)", "ตัวบ่งชี้ที่ 6"),
        ("ตบช.6", "ข้อมูล ②", "ข้อมูล ②"),
        ("ตบช.6", "หลักฐาน/ร่องรอย", "หลักฐาน/ร่องรอย"),
        ("ข้อมูลสถานศึกษา", "ข้อมูล", "ข้อมูล"),
        ("ตบช.5", "ป.6\nคะแนนเฉลี่ยปีก่อน", "ป.6 คะแนนเฉลี่ยปีก่อน"),
    ],
)
def test_a_heading_rewritten(sheet, old, expected, complete):
    (problem,) = found(read_workbook(books.edit(complete, rewritten(sheet, old, "ข้อความอื่น"))))
    assert (problem.code, problem.source.sheet) == ("structure.heading_altered", sheet)
    assert f"“{expected}" in problem.message() and "ข้อความอื่น" not in problem.message()
    assert problem.source.cell


def test_headings_of_two_grades_exchanged(complete):
    """The figures of one grade would be read as those of the other."""

    def spoil(book: Workbook) -> None:
        for sheet, old, new in (("ตบช.5", "ป.6", "x"), ("ตบช.5", "ม.3", "ป.6"), ("ตบช.5", "x", "ม.3")):
            for row in book[sheet].iter_rows(max_row=25):
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith(f"{old}\n"):
                        cell.value = cell.value.replace(old, new)

    shown = found(read_workbook(books.edit(complete, spoil)))
    assert {problem.code for problem in shown} == {"structure.heading_altered"}
    assert len(shown) == 4


def test_other_breaks_and_spaces_are_no_change_of_a_text(complete):
    def respace(book: Workbook) -> None:
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if (
                        isinstance(cell.value, str)
                        and not cell.value.startswith(("=", "qa-excel:"))
                        and cell.column > 1
                    ):
                        cell.value = cell.value.replace("\n", " ").replace(" ", "\u00a0")

    codes_found = codes(read_workbook(books.edit(complete, respace)))
    assert not [code for code in codes_found if code.startswith("structure.")]


@pytest.mark.parametrize("at", [1, 3, 5, 8])
def test_inserted_rows_and_columns_are_no_change_of_a_text(at, complete):
    def move(book: Workbook) -> None:
        for sheet in books.form_sheets(book):
            sheet.insert_rows(at + 1, 2)
            sheet.insert_cols(at + 1, 1)

    assert codes(read_workbook(books.edit(complete, move))) == []


FIGURES_AND_TEXTS = [
    ("ตบช.5", "L9", 20, "structure.label_altered"),
    ("ตบช.5", "L9", None, "structure.label_altered"),
    ("ตบช.5", "L38", 50, "structure.label_altered"),
    ("ตบช.5", "B35", "เงื่อนไขการลดคะแนน (ลดรวม 0 คะแนน)", "structure.label_altered"),
    ("ตบช.5", "B38", "คะแนนก่อนสุทธิ", "structure.label_altered"),
    ("ตบช.5", "B42", "I-1  ให้คะแนนเต็มเสมอ", "structure.guidance_altered"),
    ("ตบช.5", "M7", "คะแนนที่ขอ", "structure.heading_altered"),
    ("สรุปคะแนน", "D8", 50, "structure.label_altered"),
    ("สรุปคะแนน", "C8", "ข้อความอื่น", "structure.label_altered"),
    ("สรุปคะแนน", "B12", "รวมทุกด้าน", "structure.label_altered"),
    ("สรุปคะแนน", "G7", "คะแนนดิบ", "structure.heading_altered"),
    ("คำแนะนำ", "C9", "จำนวนที่ผ่านเกินจำนวนทั้งหมดได้", "structure.guidance_altered"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), FIGURES_AND_TEXTS)
def test_a_figure_or_text_of_the_template_rewritten(sheet, cell, value, code, complete):
    def spoil(book: Workbook) -> None:
        assert book[sheet][cell].value is not None
        book[sheet][cell].value = value

    (problem,) = found(read_workbook(books.edit(complete, spoil)))
    assert (problem.code, problem.source.sheet, problem.source.cell) == (code, sheet, cell)
    assert not isinstance(value, str) or value not in problem.message()


def test_a_full_figure_kept_as_a_text_is_no_change(complete):
    def spoil(book: Workbook) -> None:
        book["ตบช.5"]["L9"].value, book["สรุปคะแนน"]["D8"].value = "2.00", "5"

    assert codes(read_workbook(books.edit(complete, spoil))) == []


def test_a_text_rewritten_below_inserted_rows_is_named_where_it_stands(complete):
    def spoil(book: Workbook) -> None:
        book["คำแนะนำ"].insert_rows(8, 3)
        book["คำแนะนำ"]["C14"].value = "ข้อความอื่น"

    (problem,) = found(read_workbook(books.edit(complete, spoil)))
    assert (problem.code, problem.source.cell) == ("structure.guidance_altered", "C14")


@pytest.mark.parametrize(
    ("title", "code", "severity"),
    [("สรุปคะแนน", "structure.sheet_missing", "error"), ("คำแนะนำ", "structure.guidance_altered", "warning")],
)
def test_a_sheet_without_inputs_deleted(title, code, severity, complete, traces):
    for path in (complete, traces):
        (problem,) = found(read_workbook(books.edit(path, lambda book: book.remove(book[title]))))
        assert (problem.code, problem.severity) == (code, severity)
        assert title in problem.message()
        assert (problem.source.sheet, problem.source.cell) == ("ข้อมูลสถานศึกษา", "B2")


def test_what_is_expected_stands_in_every_template():
    """The texts, figures and score cells that are looked for are those of the templates, at their cells."""
    for path in sorted((books.SAMPLES.parent / "xlsx_templates").glob("*.xlsx")):
        book = books.opened(path)
        rubric_id, version, area, _ = book.worksheets[0]["A1"].value.removeprefix("qa-excel:").split(":")
        form = printed_form(load_rubric(rubric_id), int(area) or None, version)
        assert [sheet.title for sheet in form.values()] == book.sheetnames
        for sheet in form.values():
            held = book[sheet.title]
            for text in (*sheet.texts, *sheet.headings):
                assert (held.cell(text.row, text.column).value or "").startswith(text.text), (path.name, text)
            for figure in sheet.figures:
                assert held.cell(figure.place.row, figure.place.column).value == figure.number, (path.name, figure)
            for figure in sheet.scores:
                assert held.cell(figure.place.row, figure.place.column).data_type == "f", (path.name, figure)


def test_hidden_column_keys_exchanged(complete):
    def spoil(book: Workbook) -> None:
        sheet = book[TITLE]
        count, total = (books.keyed_cells(sheet)["IND6.1", key] for key in ("count", "total"))
        heads = [row for row in range(1, count.row) if sheet.cell(row, 1).value == "#columns"]
        sheet.cell(heads[-1], count.column).value, sheet.cell(heads[-1], total.column).value = "total", "count"

    result = read_workbook(books.edit(complete, spoil))
    assert codes(result) == ["structure.key_moved"]
    assert result.status == "errors"


def test_each_copy_of_a_row_is_named(complete):
    def spoil(book: Workbook) -> None:
        sheet = book["ตบช.5"]
        sheet["A99"], sheet["E99"], sheet["N99"] = "#columns", "met", "evidence"
        for row in range(100, 103):
            sheet.cell(row, 1).value = "IND5.1.1"

    shown = found(read_workbook(books.edit(complete, spoil)))
    assert [(problem.code, problem.source.cell) for problem in shown] == [
        ("structure.key_duplicate", cell) for cell in ("E100", "E101", "E102")
    ]


def test_a_sheet_copied_from_another_file(complete):
    def spoil(book: Workbook) -> None:
        for row in book["ตบช.5"].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=") and "!" in cell.value:
                    cell.value = cell.value.replace("'สูตรคำนวณ'!", "'[1]สูตรคำนวณ'!")

    shown = found(read_workbook(books.edit(complete, spoil)))
    assert [(p.code, p.source.sheet) for p in shown] == [("structure.copied_sheet", "ตบช.5")]


def figure(card, formula: str) -> str:
    """What a function of the form shows."""
    name, *given = re.findall(r'[A-Z_]{6,}|"[^"]*"|[0-9]+', formula)
    if name == "ONESQA_AREA_SCORE":
        return str(card.score)
    indicator = card.indicators[given[0].strip('"')]
    if name == "ONESQA_POINTS":
        return str(round(float(next(c.points for c in indicator.criteria if c.id == given[1].strip('"'))) + 1e-9, 2))
    kind = {"ONESQA_GROSS": "gross", "ONESQA_DEDUCTION": "deduction", "ONESQA_SCORE": "score"}[name]
    return str(getattr(indicator, kind))
