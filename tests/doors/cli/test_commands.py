"""The command line: what each command writes, where, and with which exit status."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import typer
from jsonschema import Draft202012Validator

from helpers import ROOT, books
from helpers.books import parts_of
from qa_excel import __version__
from qa_excel.doors.cli.app import app
from qa_excel.doors.cli.usage import help_texts, wrong_usage
from qa_excel.form.layout import workbook_name
from qa_excel.problems import STATUS_WORDS
from qa_excel.rubric.building import load_rubrics

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")
SAMPLES = books.SAMPLES
THAI = re.compile("[ก-๙]{3}")
COMPLETE = {
    "rubric": "onesqa-r4",
    "area": 2,
    "year": 2563,
    "school": {"code": "63020130", "levels": ["P6", "M3"]},
    "answers": {
        "IND5": {
            "1.1": {"met": True},
            "1.2": {"value": 85},
            "1.3": {"met": True},
            "1.4": {"met": False},
            "1.5": {"value": 78.5},
        },
        "IND6": {"1": {"count": 9, "total": 12}, "2": {"value": 1}, "2.1": {"met": True}},
        "IND7": {"1": {"count": 10, "total": 14}, "2": {"count": 5, "total": 6}},
        "IND8": {"1": {"count": 14, "total": 14}, "2": {"count": 7, "total": 14}},
    },
    "deductions": {
        "IND5": {"D1": {"found": False}},
        "IND7": {"D1": {"found": True, "resolved": True}, "D2": {"found": True, "resolved": False}},
    },
}


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(COMPLETE, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def filled(tmp_path, answers, run):
    path = tmp_path / "filled.xlsx"
    assert run("fill", answers, "--out", path).status == 0
    return path


# --- templates, rubric, --version -----------------------------------------------------------------------------


def test_templates_are_the_eight_committed_ones(run, tmp_path):
    done = run("templates", "--out", tmp_path / "new" / "folder")
    assert (done.status, done.out) == (0, "")
    assert "8" in done.err
    names = {workbook_name(rubric.id, area) for rubric in load_rubrics() for area in rubric.workbooks}
    assert len(names) == 8
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == names
    for name in names:
        built, committed = (
            parts_of(folder / name) for folder in (tmp_path / "new" / "folder", ROOT / "xlsx_templates")
        )
        assert [part for part in built if built[part] != committed.get(part)] == [], name
        assert list(built) == list(committed)


def test_templates_with_explicit_formulas_name_their_cells(run, tmp_path):
    assert run("templates", "--out", tmp_path, "--formulas", "explicit").status == 0
    book = books.opened(tmp_path / workbook_name("onesqa-r4", 2))
    cells = [cell.value for row in book["ตบช.5"].iter_rows() for cell in row if isinstance(cell.value, str)]
    formulas = [value for value in cells if value.startswith("=ONESQA_SCORE")]
    assert formulas
    assert all(re.search(r'^=ONESQA_SCORE\("IND5",.+\)$', formula) for formula in formulas)


def test_an_empty_template_is_a_workbook_with_warnings_and_without_a_code(run):
    done = run("validate", ROOT / "xlsx_templates", "--format", "json")
    assert done.status == 1
    codes = {problem["code"] for problem in done.json["problems"] if problem["severity"] == "error"}
    assert codes == {"value.school_code_missing", "value.year_missing"}


def test_rubrics_are_listed(run):
    done = run("rubric")
    assert done.status == 0
    assert "onesqa-r4" in done.out and "iqa-2565" in done.out


@pytest.mark.parametrize(
    ("rubric", "says"), [("onesqa-r4", ["IND1", "IND20", "D2", "I-16", "ด้านคุณภาพศิษย์"]), ("iqa-2565", ["1.2.11", "2.3"])]
)
def test_one_rubric_is_shown_whole(rubric, says, run):
    done = run("rubric", rubric)
    assert done.status == 0
    assert [word for word in says if word not in done.out] == []


def test_version(run):
    done = run("--version")
    assert (done.status, done.out) == (0, f"qa-excel {__version__}\n")


def commands_of(command, path=()):
    """(words of the command line, command) of the program, its groups and their commands."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands_of(inner, (*path, name))


COMMANDS = dict(commands_of(typer.main.get_command(app)))
NAMES = re.compile(rf"\b({'|'.join({word for path in COMMANDS for word in path})})\b")
NOT_THAI = re.compile(r"\b(usage|options|arguments?|commands?|required|default|show|message|exit)\b|<\w", re.IGNORECASE)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_in_thai_or_in_english_and_never_in_both(path, run):
    thai = run(*path, "--help")
    assert thai.status == 0
    assert THAI.search(thai.out) and not NOT_THAI.search(NAMES.sub("", thai.out)), thai.out
    for arguments in ((*path, "--help", "--lang", "en"), ("--lang=en", *path, "-h")):
        english = run(*arguments)
        assert english.status == 0
        assert "Usage: qa-excel" in english.out and not THAI.search(english.out), english.out
        assert len(english.out.split("\n\n")) == len(thai.out.split("\n\n"))


def test_every_command_and_parameter_has_its_help_in_both_languages_and_none_is_left_over():
    texts = help_texts()
    told = {
        (command, name): words
        for command in texts
        for name, words in texts[command].items()
        if name not in ("th", "en")
    }
    needed = {("shared", "help")}  # which typer adds
    for command in COMMANDS.values():
        told[command.name, ""] = {lang: texts[command.name][lang] for lang in ("th", "en")}
        needed.add((command.name, ""))
        for param in command.params:
            needed.add((command.name if param.name in texts[command.name] else "shared", param.name))
    assert set(told) == needed
    for where, words in told.items():
        assert set(words) == {"th", "en"}, where
        assert THAI.search(words["th"]) and words["en"] and not THAI.search(words["en"]), where


WRONG_USAGE = {
    ("score",): ("ต้องระบุ PATH…", "PATH… is required"),
    ("fill", "x"): ("ต้องระบุ --out", "--out is required"),
    ("score", "--colour"): ("ไม่มีตัวเลือก --colour", "no such option: --colour"),
    ("validate", "x", "--roste", "y"): (
        "หมายถึง --out, --register, --roster หรือไม่",
        "did you mean --out, --register, --roster?",
    ),
    ("unknown",): ("ไม่มีคำสั่ง unknown", "no such command: unknown"),
    ("scor",): ("หมายถึง 'score', 'doctor' หรือไม่", "did you mean 'score', 'doctor'?"),
    ("addin", "instal"): ("ไม่มีคำสั่ง instal หมายถึง 'install' หรือไม่", "no such command: instal; did you mean"),
    ("score", "x", "--format", "xml"): ("--format ต้องเป็นค่าใดค่าหนึ่งใน 'table', 'json'", "--format must be one of"),
    ("merge", "x", "--roster", "r", "--year", "abc"): ("--year ต้องเป็นจำนวนเต็ม", "--year must be a whole number"),
    ("merge", "x", "--roster"): ("--roster ต้องมีค่าต่อท้าย", "--roster needs a value"),
    ("rubric", "a", "b"): ("มีค่าเกินมา: b", "too many arguments: b"),
    ("--version=3",): ("--version ไม่รับค่า", "--version takes no value"),
    ("addin", "status", "--profile", __file__): ("ค่าของ --profile ใช้ไม่ได้", "value of --profile is no use"),
    ("checks", "value.over_10"): ("value.over_10 หมายถึง value.over_100", "no code value.over_10; did you mean"),
    ("score", ""): ("มีค่าว่างในคำสั่ง", "an argument is empty"),
    ("validate", "x", "--feedback="): ("มีค่าว่างในคำสั่ง", "an argument is empty"),
}


@pytest.mark.parametrize(("arguments", "says"), WRONG_USAGE.items(), ids=lambda each: " ".join(each)[:40])
def test_wrong_usage_in_thai_or_in_english(arguments, says, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    thai, english = run(*arguments), run(*arguments, "--lang", "en")
    assert (thai.status, thai.out, english.status, english.out) == (2, "", 2, "")
    assert says[0] in thai.err and says[1] in english.err
    assert not THAI.search(english.err)
    assert len(thai.err.splitlines()) == len(english.err.splitlines()) == 1


def test_what_typer_may_come_to_say_is_not_shown_in_english():
    class Strange(typer.TyperException):
        pass

    said = wrong_usage(Strange("Something is rotten"))
    assert "rotten" not in said.th + said.en
    assert "--help" in said.th


def test_a_wrong_language_is_refused(run):
    done = run("rubric", "--lang", "fr")
    assert done.status == 2
    assert "--lang ต้องเป็นค่าใดค่าหนึ่งใน 'th', 'en'" in done.err


def test_the_language_may_stand_first(run, tmp_path):
    done = run("--lang", "en", "score", tmp_path / "absent.xlsx")
    assert (done.status, done.err) == (2, f"no such file or folder: {tmp_path / 'absent.xlsx'}\n")


def test_as_a_module():
    done = subprocess.run([sys.executable, "-m", "qa_excel", "--version"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"qa-excel {__version__}\n")


@pytest.mark.parametrize("command", ["score", "validate"])
def test_files_are_read_without_what_only_writes(command, filled):
    """Each of these packages takes longer to load than a workbook to read."""
    heavy = ["pandas", "numpy", "openpyxl", "xlsxwriter", "xlwings"]
    code = (
        "import sys\nfrom qa_excel.doors.cli.app import main\n"
        f"try:\n    main({[command, str(filled), '--format', 'json']})\n"
        f"except SystemExit:\n    print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.stderr.decode().splitlines()[-1] == "[]"


def test_thai_output_in_a_narrow_locale(filled):
    """A Thai message must not break where the terminal's code page holds no Thai."""
    done = subprocess.run(
        [sys.executable, "-m", "qa_excel", "validate", str(filled)],
        capture_output=True,
        timeout=60,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert "ตบช." in done.stdout.decode("utf-8")


# --- fill and extract -----------------------------------------------------------------------------------------


def test_fill_then_extract(run, filled):
    done = run("extract", filled)
    assert (done.status, done.err) == (0, "")
    assert done.json == COMPLETE


def test_extract_says_thai_as_it_is(run, tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("prepared_by", "value"): "ครูสมใจ"})
    assert "ครูสมใจ" in run("extract", path).out


def test_extract_of_a_workbook_with_errors_gives_it_and_names_them(run, tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): "เก้า"})
    done = run("extract", path)
    assert done.status == 1
    assert done.json["answers"]["IND6"]["1"]["count"] == "เก้า"
    sheet, cell = books.place(path, ("IND6.1", "count"))
    assert f"{sheet} {cell}" in done.err


# --- score ----------------------------------------------------------------------------------------------------


def test_score_in_json(run, filled):
    done = run("score", filled, "--format", "json")
    assert done.status == 0
    (file,) = done.json["files"]
    indicators = file.pop("indicators")
    # IND5 1.2; IND6 1.5; IND7 1.43 + 2.5 − 1 = 2.93; IND8 2 + 1.5
    assert file == {
        "file": filled.name,
        "status": "warnings",
        "rubric": "onesqa-r4",
        "area": 2,
        "year": 2563,
        "school_code": "63020130",
        "score": 9.73,
        "max": 20,
        "missing": 8,
    }
    ind7 = indicators["IND7"]
    reasons = [criterion.pop("reason") for criterion in ind7["criteria"]]
    assert all(THAI.search(reason) for reason in reasons)
    assert ind7 == {
        "gross": 3.93,
        "deduction": 1,
        "score": 2.93,
        "max": 5,
        "missing": 0,
        "criteria": [{"id": "1", "points": 1.43, "max": 2}, {"id": "2", "points": 2.5, "max": 3}],
        "conditions": [
            {"id": "D1", "found": True, "resolved": True, "deducts": False},
            {"id": "D2", "found": True, "resolved": False, "deducts": True},
        ],
    }
    checklist = indicators["IND5"]["criteria"][0]
    assert checklist["items"] == [
        {"id": "1.1", "met": True},
        {"id": "1.2", "met": True},
        {"id": "1.3", "met": True},
        {"id": "1.4", "met": False},
        {"id": "1.5", "met": False},
    ]
    assert [condition["found"] for condition in indicators["IND6"]["conditions"]] == [None]


def test_a_json_scores_as_its_workbook_does(run, answers, filled):
    (from_json,) = run("score", answers, "--format", "json").json["files"]
    (from_workbook,) = run("score", filled, "--format", "json").json["files"]
    assert from_json.pop("file") == answers.name
    assert from_workbook.pop("file") == filled.name
    assert from_json == from_workbook


def test_a_json_may_hold_what_was_typed(run, answers):
    typed = json.loads(answers.read_text(encoding="utf-8"))
    typed["answers"]["IND5"]["1.2"]["value"] = "๘๕ %"
    typed["answers"]["IND5"]["1.1"]["met"] = "มี"
    typed["year"] = "๒๕๖๓"
    expected = run("score", answers, "--format", "json").json["files"][0]
    answers.write_text(json.dumps(typed), encoding="utf-8")
    done = run("score", answers, "--format", "json")
    assert (done.status, done.json["files"][0]) == (0, expected)


def test_an_invalid_input_leaves_no_score(run, tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): 13, ("IND6.1", "total"): 12})
    done = run("score", path, "--format", "json")
    assert done.status == 1
    (file,) = done.json["files"]
    assert (file["status"], file["score"]) == ("errors", None)
    ind6 = file["indicators"]["IND6"]
    assert (ind6["gross"], ind6["score"], ind6["criteria"][0]["points"]) == (None, None, None)
    assert ind6["criteria"][1]["points"] == 0
    assert file["indicators"]["IND7"]["score"] == 0


def test_score_of_traces(run, tmp_path):
    items = {"1.2.1": {"status": "done", "evidence": "x"}, "1.2.2": {"status": "doing"}, "1.6.1": {"status": "done"}}
    (tmp_path / "iqa.json").write_text(json.dumps(books.submission(None, items=items)))
    done = run("score", tmp_path / "iqa.json", "--format", "json")
    assert done.status == 1  # 1.6.1 is done with nobody on it
    (file,) = done.json["files"]
    processes = file.pop("processes")
    assert processes["1.2"] == {"done": 1, "total": 11, "percent": 9.09}
    assert set(processes) == {*(f"1.{n}" for n in range(1, 9)), "2"}
    assert file == {
        "file": "iqa.json",
        "status": "errors",
        "rubric": "iqa-2565",
        "year": 2565,
        "school_code": "63020130",
        "done": 1,
        "total": 35,
        "percent": 2.86,
        "missing": 32,
    }


def test_score_as_a_table(run, filled):
    done = run("score", filled)
    assert done.status == 0
    assert "9.73" in done.out and "2.93" in done.out
    assert THAI.search(done.out)


# --- validate -------------------------------------------------------------------------------------------------


def test_validate_in_json(run, filled):
    done = run("validate", filled, "--format", "json")
    assert (done.status, done.err) == (0, "")
    assert set(done.json) == {"files", "problems"}
    about = {"file": filled.name, "status": "warnings", "school_code": "63020130", "rubric": "onesqa-r4", "area": 2}
    assert done.json["files"] == [{**about, "year": 2563}]
    keys = {"code", "severity", "file", "sheet", "cell", "field", "message", "hint"}
    assert all(set(problem) == keys for problem in done.json["problems"])
    assert {problem["severity"] for problem in done.json["problems"]} == {"warning"}
    (resolved,) = [p for p in done.json["problems"] if p["code"] == "value.condition_missing" and "IND8" in p["field"]]
    assert (resolved["sheet"], resolved["cell"]) == books.place(filled, ("IND8.D1", "found"))


def test_validate_as_a_table_names_sheet_and_cell(run, tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): "เก้า"})
    done = run("validate", path)
    assert done.status == 1
    sheet, cell = books.place(path, ("IND6.1", "count"))
    assert any(sheet in line and re.search(rf"\b{cell}\b", line) for line in done.out.splitlines())


def test_schools_that_are_not_on_the_roster_are_named(run, filled):
    done = run("validate", filled, "--roster", SAMPLES / "schools.csv", "--format", "json")
    assert done.status == 0
    (stranger,) = [problem for problem in done.json["problems"] if problem["code"] == "roster.unknown_school"]
    assert (stranger["severity"], stranger["file"]) == ("warning", filled.name)
    assert "63020130" in stranger["message"]


def test_the_faulty_samples_have_errors(run):
    done = run("validate", SAMPLES / "faulty", "--format", "json")
    assert done.status == 1
    statuses = [file["status"] for file in done.json["files"]]
    assert statuses.count("unreadable") == 1
    assert "errors" in statuses


@pytest.mark.parametrize("command", ["score", "validate"])
def test_the_same_in_english(command, run, tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): "เก้า"})
    done = run(command, path, "--format", "json", "--lang", "en")
    assert done.status == 1
    if command == "validate":
        texts = [problem[key] for problem in done.json["problems"] for key in ("message", "hint")]
    else:
        indicators = done.json["files"][0]["indicators"].values()
        texts = [criterion["reason"] for indicator in indicators for criterion in indicator["criteria"]]
    assert texts
    # What the school typed stands as it is, between quotation marks.
    assert [text for text in texts if THAI.search(re.sub("“[^”]*”", "", text))] == []


@pytest.mark.parametrize(
    "arguments",
    [["score", "absent.xlsx"], ["validate"], ["rubric", "x"], ["fill", "absent.json", "--out", "x.xlsx"]],
    ids=" ".join,
)
def test_refusals_in_english(arguments, run):
    done = run(*arguments, "--lang", "en")
    assert done.status == 2
    assert done.err
    assert not THAI.search(done.err)


def test_statuses_are_told_in_words(run):
    for lang in ("th", "en"):
        done = run("validate", SAMPLES / "faulty", "--lang", lang)
        assert all(STATUS_WORDS[status].get(lang) in done.out for status in ("errors", "unreadable"))


# --- Folders --------------------------------------------------------------------------------------------------


@pytest.fixture
def inbox(tmp_path):
    """A folder as it arrives: two workbooks among much else."""
    folder = tmp_path / "inbox"
    (folder / "โรงเรียน ก").mkdir(parents=True)
    (folder / ".git").mkdir()
    books.workbook(folder / "a.xlsx", 2)
    books.workbook(folder / "โรงเรียน ก" / "ข [ฉบับแก้].XLSX", 3)
    books.workbook(folder / ".git" / "hidden.xlsx", 2)
    for name in ("~$a.xlsx", ".hidden.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"x")
    return folder


def test_a_folder_is_searched_through_and_what_is_hidden_is_passed_over(run, inbox):
    done = run("validate", inbox, "--format", "json")
    assert done.status == 0
    names = {Path(file["file"]).name for file in done.json["files"]}
    assert names == {"a.xlsx", "ข [ฉบับแก้].XLSX"}
    assert {problem["file"] for problem in done.json["problems"]} == {file["file"] for file in done.json["files"]}


def test_other_files_are_reported(run, inbox):
    (inbox / "บันทึก.docx").write_bytes(b"x")
    (inbox / "โรงเรียน ก" / "รูป.jpg").write_bytes(b"x")
    done = run("validate", inbox, "--format", "json")
    assert done.status == 0
    others = [problem for problem in done.json["problems"] if problem["code"] == "file.other"]
    assert {Path(problem["file"]).name for problem in others} == {"บันทึก.docx", "รูป.jpg"}
    assert {problem["severity"] for problem in others} == {"warning"}
    assert "บันทึก.docx" in run("score", inbox).err


def test_a_workbook_of_another_format_in_a_folder_is_an_error(run, inbox):
    (inbox / "เก่า.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    done = run("validate", inbox, "--format", "json")
    assert done.status == 1
    assert "file.other_format" in {problem["code"] for problem in done.json["problems"]}


def test_json_in_a_folder_is_scored_but_not_validated(run, inbox, answers):
    shutil.copyfile(answers, inbox / "answers.json")
    scored = run("score", inbox, "--format", "json")
    assert scored.status == 0
    assert "answers.json" in {Path(file["file"]).name for file in scored.json["files"]}
    checked = run("validate", inbox, "--format", "json")
    assert "answers.json" not in {Path(file["file"]).name for file in checked.json["files"]}
    assert "file.other" in {problem["code"] for problem in checked.json["problems"]}


def test_a_file_given_twice_is_read_once(run, inbox):
    done = run("validate", inbox, inbox / "a.xlsx", inbox, "--format", "json")
    assert len(done.json["files"]) == 2


def test_the_order_is_that_of_names(run, inbox):
    for name in ("c.xlsx", "b.xlsx"):
        books.workbook(inbox / name, 2)
    files = [Path(file["file"]).name for file in run("validate", inbox, "--format", "json").json["files"]]
    assert files == ["a.xlsx", "b.xlsx", "c.xlsx", "ข [ฉบับแก้].XLSX"]


# --- merge ----------------------------------------------------------------------------------------------------

MERGE = ("--roster", SAMPLES / "schools.csv")


def test_merge_of_the_sample_district(run, tmp_path):
    out = tmp_path / "district.xlsx"
    done = run("merge", SAMPLES / "district", *MERGE, "--out", out, "--format", "json")
    assert done.status == 0
    schema = json.loads((ROOT / "schemas" / "district.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(done.json)
    district = done.json["district"]
    assert (district["year"], district["iqa_year"], district["name"]) == (2563, 2565, "สพป.ตัวอย่าง เขต 1")
    # One of ten schools sent two workbooks less, another one workbook twice.
    figures = ("expected", "received", "valid", "schools_expected", "schools_complete")
    assert [district[name] for name in figures] == [80, 78, 78, 10, 9]
    incomplete = [school for school in done.json["schools"] if school["total"] is None]
    (school,) = incomplete
    assert (school["code"], school["workbooks"]["4"], school["workbooks"]["iqa"]) == ("99000006", "missing", "missing")
    assert school["areas"]["1"]["score"] is not None
    assert {problem["code"] for problem in done.json["problems"]} >= {"roster.workbook_missing", "roster.superseded"}
    assert {problem["severity"] for problem in done.json["problems"]} <= {"warning", "info"}

    titles = books.opened(out).sheetnames
    assert titles[:6] == ["ภาพรวม", "คะแนนรายโรงเรียน", "บัตรคะแนนโรงเรียน", "การหักคะแนน", "ความครบถ้วน", "ความพร้อม 8 ข้อ"]
    assert [path.name for path in tmp_path.iterdir()] == ["district.xlsx"]


def test_merge_gives_the_scores_of_score(run, tmp_path):
    done = run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "d.xlsx", "--format", "json")
    (school,) = [school for school in done.json["schools"] if school["total"] is not None]
    scored = run("score", books.COMPLETE_SCHOOL, "--format", "json").json["files"]
    by_area = {str(file["area"]): file for file in scored if "area" in file}
    assert {area: figures["score"] for area, figures in school["areas"].items()} == {
        area: file["score"] for area, file in by_area.items()
    }
    assert school["total"] == pytest.approx(sum(file["score"] for file in by_area.values()))
    for file in by_area.values():
        for name, indicator in file["indicators"].items():
            assert school["indicators"][name] == indicator


def test_merge_with_faults_goes_on_and_exits_1(run, tmp_path):
    out = tmp_path / "d.xlsx"
    roster = SAMPLES / "faulty" / "schools.csv"
    done = run("merge", SAMPLES / "faulty", "--roster", roster, "--out", out, "--format", "json")
    assert done.status == 1
    assert out.exists()
    (wrong, damaged) = done.json["schools"]
    assert wrong["total"] is None
    assert (damaged["workbooks"]["3"], damaged["total"]) == ("unusable", None)
    assert damaged["files"]["3"].endswith(".xlsx")
    assert "file.damaged" in {problem["code"] for problem in done.json["problems"]}


def test_a_superseded_file_with_errors_does_no_harm(run, tmp_path):
    for name, day, typed in (("a", "2020-03-01", "เก้า"), ("b", "2020-04-01", 9)):
        entries = {("prepared_on", "value"): day, ("IND6.1", "count"): typed, ("school.code", "value"): "99000002"}
        books.workbook(tmp_path / f"{name}.xlsx", 2, entries)
    out = tmp_path / "out" / "d.xlsx"
    out.parent.mkdir()
    done = run("merge", tmp_path, *MERGE, "--out", out, "--format", "json")
    assert done.status == 0
    (school,) = [school for school in done.json["schools"] if school["code"] == "99000002"]
    assert school["workbooks"]["2"] == "warnings"
    newer = [problem for problem in done.json["problems"] if problem["code"] == "roster.superseded"]
    assert [Path(problem["file"]).name for problem in newer] == ["a.xlsx"]


def test_merge_as_a_table_and_in_english(run, tmp_path):
    out = tmp_path / "d.xlsx"
    done = run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", out, "--name", "District 9", "--lang", "en")
    assert done.status == 0
    assert "District 9" in done.out
    assert "d.xlsx" in done.err
    assert books.opened(out).sheetnames[0] == "Overview"


def test_the_programs_own_outputs_are_passed_over(run, inbox):
    out = inbox / "district.xlsx"
    roster = SAMPLES / "schools.csv"
    assert run("merge", inbox, "--roster", roster, "--out", out).status == 0
    done = run("validate", inbox, "--format", "json")
    assert done.status == 0
    assert "district.xlsx" not in {Path(entry["file"]).name for entry in done.json["files"] + done.json["problems"]}
    assert run("merge", inbox, "--roster", roster, "--out", out).status == 0


def test_the_roster_among_the_files_is_not_reported(run, inbox):
    shutil.copyfile(SAMPLES / "schools.csv", inbox / "schools.csv")
    done = run("merge", inbox, "--roster", inbox / "schools.csv", "--out", inbox.parent / "d.xlsx", "--format", "json")
    assert done.status == 0
    assert "file.other" not in {problem["code"] for problem in done.json["problems"]}


def test_other_files_are_among_a_merge_s_problems(run, inbox):
    (inbox / "บันทึก.docx").write_bytes(b"x")
    done = run("merge", inbox, *MERGE, "--out", inbox.parent / "d.xlsx", "--format", "json")
    assert [Path(p["file"]).name for p in done.json["problems"] if p["code"] == "file.other"] == ["บันทึก.docx"]


def test_a_year_that_nobody_sent(run, tmp_path):
    out = tmp_path / "d.xlsx"
    done = run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", out, "--year", "2562", "--format", "json")
    assert done.status == 0
    assert done.json["district"]["year"] == 2562
    assert "roster.other_year" in {problem["code"] for problem in done.json["problems"]}
    (school,) = [school for school in done.json["schools"] if school["code"] == "99000002"]
    assert set(school["workbooks"].values()) == {"unusable", "ok"}


@pytest.mark.skipif(sys.platform == "win32", reason="a backslash is no part of a name there")
@pytest.mark.parametrize("name", ["[red]a.xlsx", r"inbox\[b]c.xlsx", "[bold]d.xlsx"])
@pytest.mark.parametrize("command", ["score", "validate"])
def test_names_with_brackets_are_shown_whole(command, name, run, tmp_path, monkeypatch):
    r"""A table's own mark-up must not eat them: on Windows, a folder `[ok]` stands in a path as `\[ok]`."""
    monkeypatch.chdir(tmp_path)
    books.workbook(tmp_path / name, 2)
    assert name in run(command, name).out


def test_a_folder_of_data_in_the_inbox_is_passed_over(run, tmp_path):
    inbox = tmp_path / "inbox"
    shutil.copytree(books.COMPLETE_SCHOOL, inbox)
    files = run("validate", inbox, "--format", "json").json
    assert run("merge", inbox, *MERGE, "--data", inbox / "data").status == 0
    assert run("validate", inbox, "--format", "json").json == files
    done = run("merge", inbox / "data", "--data", inbox / "data")
    assert done.status == 2 and "โฟลเดอร์อื่น" in done.err


def test_a_result_never_replaces_what_is_no_result(run, tmp_path):
    roster = tmp_path / "roster.xlsx"
    book = openpyxl.Workbook()
    for row in [line.split(",") for line in (books.SAMPLES / "schools.csv").read_text("utf-8-sig").splitlines()]:
        book.active.append([cell.strip('"') for cell in row])
    book.save(roster)
    before = roster.read_bytes()
    for command in (("merge", books.COMPLETE_SCHOOL), ("validate", books.COMPLETE_SCHOOL)):
        done = run(*command, "--roster", roster, "--out", roster)
        assert done.status == 2 and "ไม่เขียนทับ" in done.err
        assert roster.read_bytes() == before
    assert run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "d.xlsx").status == 0
    assert run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "d.xlsx").status == 0
    for name, options in (("e.pdf", ["--pdf"]), ("e-problems.csv", [])):
        (tmp_path / name).write_text("ของผู้อื่น")
        done = run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "e.xlsx", *options)
        assert done.status == 2 and name in done.err and "ไม่เขียนทับ" in done.err
        assert (tmp_path / name).read_text() == "ของผู้อื่น" and not (tmp_path / "e.xlsx").exists()
        (tmp_path / name).unlink()


def test_a_refused_merge_leaves_nothing_behind(run, tmp_path):
    (tmp_path / "file").write_text("x")
    done = run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "d.xlsx", "--cards", tmp_path / "file")
    assert done.status == 2 and [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_merge_of_merges_takes_all_that_it_is_given(run, tmp_path):
    data = tmp_path / "data"
    assert run("merge", books.COMPLETE_SCHOOL, *MERGE, "--data", data).status == 0
    (tmp_path / "empty").mkdir()
    done = run("merge", data, tmp_path / "empty", "--out", tmp_path / "p.xlsx")
    assert done.status == 2 and "empty" in done.err and not (tmp_path / "p.xlsx").exists()
    for option in (("--due", "15/05/2564"), ("--national-means", tmp_path / "absent.csv")):
        done = run("merge", data, "--out", tmp_path / "p.xlsx", *option)
        assert done.status == 2 and option[0] in done.err
    done = run("merge", tmp_path, "--data", tmp_path / "more")
    assert done.status == 2 and "โฟลเดอร์อื่น" in done.err
    done = run("merge", data, "--out", tmp_path / "p.xlsx", "--format", "json")
    assert done.json["district"]["name"] == "สพป.ตัวอย่าง เขต 1"
