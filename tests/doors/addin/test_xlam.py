"""The Excel add-in: what is inside, what its VBA may do, and its twin run by LibreOffice."""

from __future__ import annotations

import importlib.metadata
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import olefile
import openpyxl
import pytest
from oletools.olevba import VBA_Parser
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from helpers import ROOT, books, libreoffice
from helpers.xlam_twin import INTERPRETER, windows_modules, write_twin
from qa_excel import load_rubric
from qa_excel.doors.addin.xlam import with_interpreter
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import POSITION, Sheets
from qa_excel.doors.functions.table import EMPTY, answers
from qa_excel.form.keys import read_form
from qa_excel.form.layout import layout_of
from udfs import build_xlam
from udfs.build_xlam import MAX_HELP, TEXTS, help_rows, sources
from udfs.vba_project import DOCUMENT, MODULE, compress, encrypt

XLAM = ROOT / "udfs" / "qa_excel.xlam"
TEMPLATE = next((ROOT / "xlsx_templates").glob("onesqa-r4_ด้าน2*.xlsx"))
VBA = {module.name: module.source for module in sources()}
STANDARD = {module.name: module.source for module in sources() if module.kind == MODULE}


def code(source: str) -> str:
    """VBA without its comments and texts."""
    lines = []
    for line in source.splitlines():
        bare = re.sub(r'"(?:[^"]|"")*"', '""', line)
        lines.append(bare.partition("'")[0])
    return "\n".join(lines)


def part(name: str) -> bytes:
    with zipfile.ZipFile(XLAM) as package:
        return package.read(name)


# --- The file -------------------------------------------------------------------------------------------------


def test_two_builds_are_the_same_bytes_and_the_committed_file_is_one():
    first = build_xlam.build()
    assert first == build_xlam.build()
    assert XLAM.read_bytes() == first, "run: python -m udfs.build_xlam"


def test_olevba_gives_every_source_back_to_the_letter():
    parser = VBA_Parser(str(XLAM))
    assert parser.detect_vba_macros()
    found = {Path(stream).name: text for _, stream, _, text in parser.extract_macros()}
    parser.close()
    assert {name.rpartition("/")[2]: text.replace("\r\n", "\n") for name, text in found.items()} == VBA


def test_olefile_reads_the_compound_file_without_complaint():
    content = part("xl/vbaProject.bin")
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as file:
        assert not file.parsing_issues
        names = {"/".join(path) for path in file.listdir()}
        modules = {f"VBA/{name}" for name in VBA}
        assert names == {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *modules}
        assert file.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("CC61FFFF000100")
        project = file.openstream("PROJECT").read().decode("cp1252")
    for module in sources():
        ending = "/&H00000000" if module.kind == DOCUMENT else ""
        assert f"\r\n{module.kind}={module.name}{ending}\r\n" in project
    assert 'Name="qa_excel"' in project


def test_the_project_is_encrypted_as_excel_does_it():
    """From a project that Excel saved, whose two ignored bytes are 9B and FF."""
    project_id = "{318BEE36-5BE1-492A-826D-473DB19B0F30}"
    ours = encrypt(bytes(1), project_id)
    assert ours[:6] == "5D5F8A"
    assert len(ours) == len("5D5F8AADDAADDBADDBAD")


@pytest.mark.parametrize("size", [1, 2, 3, 4095, 4096, 4097, 9000])
@pytest.mark.parametrize("pattern", [b"a", b"ab cd", bytes(range(256)), b"Sub Abc()\r\nEnd Sub\r\n"])
def test_compression_is_undone_by_another_reader(size: int, pattern: bytes):
    from oletools.olevba import decompress_stream

    data = (pattern * (size // len(pattern) + 1))[:size]
    assert bytes(decompress_stream(bytearray(compress(data)))) == data


def test_incompressible_bytes_are_stored_whole():
    from oletools.olevba import decompress_stream

    noise = os.urandom(4096)
    assert bytes(decompress_stream(bytearray(compress(noise)))) == noise


def test_document_modules_match_the_parts():
    workbook = ElementTree.fromstring(part("xl/workbook.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    codes = [workbook.find("m:workbookPr", space).get("codeName")]
    for n, _ in enumerate(workbook.findall("m:sheets/m:sheet", space), start=1):
        sheet = ElementTree.fromstring(part(f"xl/worksheets/sheet{n}.xml"))
        codes.append(sheet.find("m:sheetPr", space).get("codeName"))
    assert sorted(codes) == sorted(m.name for m in sources() if m.kind == DOCUMENT)
    assert b"ms-excel.addin.macroEnabled.main+xml" in part("[Content_Types].xml")


def test_nothing_tells_who_built_it():
    content = b"".join(part(name) for name in zipfile.ZipFile(XLAM).namelist())
    assert b"absPath" not in content
    assert b"creator" not in content
    assert b"Users" not in content


def test_help_fits_the_function_wizard():
    for row in list(help_rows())[1:]:
        texts = [text for text in row if isinstance(text, str)]
        assert all(0 < len(text) <= MAX_HELP for text in texts)
        assert row[3] == len(row) - 4 == len(FUNCTIONS[row[0]].arguments)
    assert {row[0] for row in help_rows()} - {"function"} == set(FUNCTIONS)


def test_every_text_that_the_vba_asks_for_is_there():
    asked = re.findall(r'(?:TellText|Say|SayMeanwhile|AskPath \w+,|Tell Sheet, \d+,) ?"(\w+)"', VBA["QaRibbon"])
    asked += re.findall(r'IIf\(Refused = "", "(\w+)", "(\w+)"\)', VBA["QaRibbon"])[0]
    assert set(asked) == set(TEXTS)


def test_the_interpreter_is_set_at_installation():
    installed = with_interpreter(XLAM.read_bytes(), INTERPRETER)
    with zipfile.ZipFile(io.BytesIO(installed)) as package, zipfile.ZipFile(XLAM) as shipped:
        assert package.namelist() == shipped.namelist()
        changed = [name for name in package.namelist() if package.read(name) != shipped.read(name)]
        assert changed == ["xl/worksheets/sheet1.xml"]
        assert INTERPRETER.encode() in package.read(changed[0])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "pythonw.exe",
        r"C:\qa\python.exe",
        r"\\server\share\pythonw.exe",
        r"C:\โรงเรียน\pythonw.exe",
        r'C:\a"b\pythonw.exe',
    ],
)
def test_other_interpreters_are_refused(path: str):
    with pytest.raises(ValueError, match="interpreter"):
        with_interpreter(XLAM.read_bytes(), path)


# --- The functions --------------------------------------------------------------------------------------------


def signatures() -> dict[str, list[tuple[str, bool]]]:
    """Public function → its arguments in lower case, each with whether it may be left out."""
    found = {}
    for name, arguments in re.findall(r"^Public Function (\w+)\((.*)\) As Variant$", VBA["QaFunctions"], re.M):
        listed = [argument.split() for argument in arguments.split(", ") if argument]
        found[name] = [(words[-3].lower(), words[0] == "Optional") for words in listed]
    return found


def test_wrappers_are_those_of_the_declared_functions():
    declared = {
        function.name: [(argument.name, argument.optional) for argument in function.arguments]
        for function in FUNCTIONS.values()
    }
    assert signatures() == declared


def test_volatile_is_what_reads_the_calling_workbook():
    bodies = re.findall(r"^Public Function (\w+).*?\n(.*?)^End Function", VBA["QaFunctions"], re.M | re.S)
    for name, body in bodies:
        function = FUNCTIONS[name]
        has_block = any(argument.kind == "block" for argument in function.arguments)
        volatile = re.findall(r"Application\.Volatile (.*)", body)
        expected = ["IsMissing(answers)"] if has_block else ["True"] if function.reads else []
        assert volatile == expected, name
        assert f'"{name}"' in body
        assert f"{name} = Result" in body


def test_errors_are_excels_own():
    for error in (2015, 2023, 2036, 2042):
        assert f"As Long = {error}" in VBA["QaEngine"]


# --- Security -------------------------------------------------------------------------------------------------


def test_a_sheet_can_call_our_functions_and_nothing_else():
    public = []
    for name, source in STANDARD.items():
        for line in code(source).splitlines():
            declared = re.match(r"\s*(Public |Private |Friend )?(Static )?(Function|Property|Declare)\b", line)
            if declared and declared[1] != "Private ":
                public.append((name, re.search(r"Function (\w+)", line)[1]))
    assert sorted(public) == sorted(("QaFunctions", name) for name in FUNCTIONS)


@pytest.mark.parametrize("name", sorted(set(STANDARD) - {"QaFunctions", "QaRibbon", "QaStatus"}))
def test_inner_modules_are_private(name: str):
    assert "Option Private Module" in STANDARD[name]


@pytest.mark.parametrize("name", sorted(VBA))
def test_sources_are_ascii_with_declared_variables(name: str):
    assert VBA[name].isascii()
    document_without_code = "Sub " not in VBA[name] and VBA[name].count("\n") <= 8
    assert document_without_code or "Option Explicit" in VBA[name]


@pytest.mark.parametrize(
    "word",
    ["RunPython", "SaveConfigToFile", "GetConfig", "ReadFile", "ImportPythonUDFs", "Conda", "cmd.exe", "LICENSE_KEY",
     ".py\"", "PYTHONPATH", "Environ", "WScript", "CurDir", "ActiveWorkbook.Path", "Evaluate", "ExecuteExcel4Macro",
     "prepare_sys_path", "powershell", "http"],
)  # fmt: skip
def test_general_purpose_ways_out_are_gone(word: str):
    for name, source in VBA.items():
        text = "\n".join(line for line in source.splitlines() if not line.strip().startswith("'"))
        assert word.lower() not in text.lower(), (word, name)


def test_the_active_workbook_is_for_the_buttons_alone():
    users = {name for name, source in VBA.items() if "ActiveWorkbook" in code(source)}
    assert users <= {"QaRibbon", "QaHelp"}
    assert re.findall(r".*ActiveWorkbook.*", code(VBA["QaHelp"])) == [
        "    If Described Or ActiveWorkbook Is Nothing Then Exit Sub"
    ]


def test_settings_come_from_the_addins_own_sheet():
    settings = code(VBA["QaSettings"])
    assert set(re.findall(r"(\w+)\.Worksheets", settings)) == {"ThisWorkbook"}
    assert "Open" not in settings


def test_one_constant_start_command_in_isolated_mode():
    (command,) = re.findall(r"^\s+CommandLine = (.*)$", VBA["QaSettings"], re.M)
    assert command == (
        'Chr$(34) & Interpreter & Chr$(34) & " -I -B -c ""import xlwings; xlwings.serve(\'$(CLSID)\')"""'
    )
    assert len(command) + 260 < 2000
    starts = [line for source in VBA.values() for line in code(source).splitlines() if re.search(r"\bShell\b", line)]
    assert len(starts) == 1
    assert "Shell Chr$(34) & Interpreter & Chr$(34) &" in starts[0]


def test_the_dll_is_never_looked_for_by_name():
    """Windows would look in the current folder too, which can be that of the workbook."""
    source = code(VBA["QaPython"])
    assert "On Error Resume Next" not in source
    procedures = re.findall(r"^(?:Public|Private) (?:Sub|Function) .*?^End (?:Sub|Function)", source, re.M | re.S)
    users = [body for body in procedures if "XLPyDLLActivateAuto(" in body]
    assert len(users) == 2
    for body in users:
        assert body.index("LoadDll\n") < body.index("XLPyDLLActivateAuto(")


def test_python_is_handed_values_alone():
    calls = re.findall(r"XLPy\.CallUDF\((.*)\)", VBA["QaPython"])
    assert set(calls) == {"ModuleName, Entry, Arguments"}


def test_the_dll_carries_the_pinned_version():
    pinned = importlib.metadata.version("xlwings")
    named = set(re.findall(r"xlwings(?:32|64)-([\d.]+)\.dll", VBA["QaPython"]))
    assert named == {pinned}
    assert f'"xlwings=={pinned}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "BSD 3-clause" in VBA["QaPython"]
    assert "Zoomer Analytics" in (ROOT / "udfs" / "LICENSE-xlwings.txt").read_text(encoding="utf-8")


# --- The ribbon -----------------------------------------------------------------------------------------------


def test_ribbon_is_well_formed_and_its_callbacks_exist():
    ribbon = ElementTree.fromstring(part("customUI/customUI14.xml"))
    space = "{http://schemas.microsoft.com/office/2009/07/customui}"
    assert ribbon.tag == f"{space}customUI"
    (tab,) = ribbon.iter(f"{space}tab")
    assert tab.get("label") == "ประกันคุณภาพ"
    buttons = {button.get("label"): button.get("onAction") for button in ribbon.iter(f"{space}button")}
    assert set(buttons) == {"ตรวจแฟ้มนี้", "ตรวจและรวมโฟลเดอร์", "ช่องที่ยังว่าง", "เกี่ยวกับ/ตรวจการติดตั้ง"}
    for callback in buttons.values():
        assert f"Public Sub {callback}(ByVal Control As IRibbonControl)" in VBA["QaRibbon"]
    relations = part("_rels/.rels").decode()
    assert "schemas.microsoft.com/office/2007/relationships/ui/extensibility" in relations


def test_buttons_never_write_into_a_users_workbook():
    ribbon = code(VBA["QaRibbon"])
    assert "SaveCopyAs" in ribbon
    assert not re.search(r"\bBook\.(?:Save|SaveAs|Close|Protect|Unprotect)\b", ribbon)
    assert not re.search(r"Active(?:Cell|Sheet|Workbook)[\w.()]*\.(?:Value|Formula)\w* =", ribbon)


def test_a_workbook_that_is_opened_is_calculated_alone():
    opening = code(VBA["QaAddin"])
    assert not re.search(r"Application\.Calculat", opening)
    [body] = re.findall(r"^Private Sub CalculateBook\(.*?^End Sub", opening, re.M | re.S)
    assert "In Book.Worksheets" in body and body.count("EnableCalculation = ") == 2
    assert (
        body.index("EnableCalculation = False") < body.index("EnableCalculation = True") < body.index("Sheet.Calculate")
    )


def test_only_what_gives_it_back_writes_on_the_status_bar():
    writers = {name for name, source in VBA.items() if "StatusBar =" in code(source)}
    assert writers == {"QaStatus"}
    clock = re.findall(r"'!(\w+)\.(\w+)\"", VBA["QaStatus"] + VBA["QaRibbon"])
    assert sorted(clock) == [("QaRibbon", "QaPoll"), ("QaStatus", "QaClearStatus")]
    for module, name in clock:
        assert f"Public Sub {name}()" in VBA[module] and "Option Private Module" not in VBA[module]


def test_the_installation_check_tells_of_help_that_was_refused():
    [about] = re.findall(r"^Public Sub QaAbout\(.*?^End Sub", VBA["QaRibbon"], re.M | re.S)
    assert (
        about.index("Workbooks.Add") < about.index("DescribeFunctions Refused") < about.index('"about_help", Refused')
    )


# --- The twin -------------------------------------------------------------------------------------------------

Steps = list[list[Any]]
FREE = 30
"""A column beyond the one that keys are looked for in."""


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., list[Any]]]:
    """Does steps (see xlam_steps.py) in the twin; what was shown comes back."""
    usual = write_twin(TEMPLATE, tmp_path_factory.mktemp("twin") / "twin.xlsm")
    with libreoffice.profile() as (home, options), libreoffice.listening(home, options) as ask:

        def run(steps: Steps, original: Path = usual) -> list[Any]:
            # A copy, lest LibreOffice leaves anything beside it.
            path = shutil.copy(original, Path(tempfile.mkdtemp(dir=home)))
            return ask("xlam_steps.py", {"twin": Path(path).as_uri(), "steps": steps})

        yield run


def formulas(*listed: str) -> Steps:
    """Each formula in a cell of a sheet of its own, then what the cells show.

    Not where a form's key is looked for: LibreOffice calculates a cell that is read meanwhile.
    """
    steps: Steps = [["sheet", "T"]]
    steps += [["set", "T", FREE, n, formula] for n, formula in enumerate(listed)]
    return [*steps, *(["show", "T", FREE, n] for n in range(len(listed)))]


def error(number: int) -> str:
    """How LibreOffice shows a CVErr."""
    return f"Error {number}"


@pytest.mark.libreoffice
def test_twin_answers_and_errors(twin: Callable[..., list[Any]]):
    cases = {
        '=ONESQA_SCORE("IND5")': 0,
        '=ONESQA_SCORE(" ind 5")': 0,
        "=ONESQA_SCORE(5)": 0,
        '=ONESQA_SCORE("๕")': 0,
        '=ONESQA_SCORE("IND6")': error(2042),
        '=ONESQA_SCORE("IND7")': error(2036),
        '=ONESQA_SCORE("IND8")': error(2023),
        '=ONESQA_SCORE("IND99")': error(2015),
        '=ONESQA_SCORE("")': error(2015),
        '=ONESQA_GROSS("IND5")': error(2015),
        '=ONESQA_POINTS("IND5";1.2)': 0.4,
        '=ONESQA_POINTS("IND5";"1.2")': 0.4,
        "=ONESQA_MISSING()": 3,
        '=ONESQA_MISSING("IND5")': 2,
    }
    assert dict(zip(cases, twin(formulas(*cases)), strict=True)) == cases


def input_cell() -> tuple[str, int, int]:
    """(sheet, column, row from 0) of the input that the fake Python answers from."""
    sheet, cell = books.place(TEMPLATE, ("IND5.1.2", "value"))
    row, column = coordinate_to_tuple(cell)
    return sheet, column - 1, row - 1


def block() -> str:
    """IND5's block as LibreOffice writes a range."""
    first, left, last, right = layout_of(load_rubric("onesqa-r4"), 2).sheet("IND5").block
    return f"$'{input_cell()[0]}'.{get_column_letter(left)}{first}:{get_column_letter(right)}{last}"


@pytest.mark.libreoffice
def test_twin_asks_python_once_for_forty_cells(twin: Callable[..., list[Any]]):
    asked = ['=ONESQA_SCORE("IND5")', '=ONESQA_POINTS("IND5";"1.2")', "=ONESQA_MISSING()", '=ONESQA_SCORE("IND6")'] * 10
    *answers, calls = twin(formulas(*asked, "=TWIN_CALLS()"))
    assert answers == [0, 0.4, 3, error(2042)] * 10
    assert calls == 1


@pytest.mark.libreoffice
def test_twin_hands_over_the_sheets_of_the_form_alone(twin: Callable[..., list[Any]]):
    """Not the hidden one, on which the workbook works out its own score and which bears a key as well."""
    layout = layout_of(load_rubric("onesqa-r4"), 2)
    assert books.opened(TEMPLATE)[layout.calculation.title]["A1"].value == layout.calculation.key
    _, handed = twin(formulas('=ONESQA_SCORE("IND5")', "=TWIN_HANDED()"))
    assert handed.split() == [sheet.key for sheet in layout.sheets]


@pytest.mark.libreoffice
def test_twin_asks_once_for_a_block_until_it_changes(twin: Callable[..., list[Any]]):
    sheet, column, row = input_cell()
    ask = f'=ONESQA_SCORE("IND5";{block()})'
    steps: Steps = [["sheet", "T"], ["set", sheet, column, row, 81]]
    steps += [["set", "T", FREE, n, ask] for n in range(5)]
    steps += [["set", "T", FREE, 9, "=TWIN_CALLS()"], *(["show", "T", FREE, n] for n in (0, 4, 9))]
    steps += [["set", sheet, column, row, 82], ["show", "T", FREE, 0], ["show", "T", FREE, 4]]
    steps += [["set", "T", FREE, 10, "=TWIN_CALLS()"], ["show", "T", FREE, 10]]
    steps += [["set", "T", FREE, 11, '=ONESQA_SCORE("IND6";"IND6")'], ["show", "T", FREE, 11]]
    steps += [["set", "T", FREE, 12, '=ONESQA_SCORE("IND5")'], ["show", "T", FREE, 12]]
    assert twin(steps) == [81, 81, 1, 82, 82, 2, error(2023), 82]


@pytest.mark.libreoffice
def test_twin_answers_afresh_after_a_change_and_after_a_calculation(twin: Callable[..., list[Any]]):
    sheet, column, row = input_cell()
    ask = '=ONESQA_SCORE("IND5")'
    steps: Steps = [["sheet", "T"], ["set", sheet, column, row, 70], ["set", "T", FREE, 0, ask], ["show", "T", FREE, 0]]
    # A change of a sheet ends the generation.
    steps += [["set", sheet, column, row, 71], ["set", "T", FREE, 1, "=TWIN_CHANGED(1)"], ["show", "T", FREE, 1]]
    steps += [["set", "T", FREE, 2, ask], ["show", "T", FREE, 2]]
    # Within a generation the answer is kept; the end of the calculation notices that an input moved.
    steps += [["set", sheet, column, row, 72], ["set", "T", FREE, 3, ask], ["show", "T", FREE, 3]]
    steps += [["set", "T", FREE, 4, "=TWIN_ENDED(1)"], ["show", "T", FREE, 4]]
    steps += [["set", "T", FREE, 5, ask], ["show", "T", FREE, 5]]
    first, _, second, kept, _, fresh = twin(steps)
    assert (first, second, kept, fresh) == (70, 71, 71, 72)


@pytest.mark.libreoffice
def test_twin_answers_afresh_when_its_events_have_died(twin: Callable[..., list[Any]]):
    """Nothing told of the change, and a reset of VBA asks nobody: the next question sees to both."""
    sheet, column, row = input_cell()
    ask = '=ONESQA_SCORE("IND5")'
    steps: Steps = [["sheet", "T"], ["set", sheet, column, row, 70]]
    for n, (formula, value) in enumerate(
        [(ask, 71), ("=TWIN_KILL(1)", 72), (ask, 73), (ask, 74), ("=TWIN_CALLS()", 0)]
    ):
        steps += [["set", "T", FREE, n, formula], ["show", "T", FREE, n], ["set", sheet, column, row, value]]
    first, _, fresh, kept, calls = twin(steps)
    assert (first, fresh) == (70, 72)
    assert (kept, calls) == (72, 2), "events that were started again end the generations as before"


@pytest.mark.libreoffice
def test_twin_starts_its_events_again_and_keeps_them_where_closing_was_cancelled(twin: Callable[..., list[Any]]):
    cases = {
        "=TWIN_LISTEN(1)": "listening again",
        "=TWIN_LISTEN(2)": "listening",
        "=TWIN_SHUT(1)": 1,
        "=TWIN_LISTEN(3)": "listening",
        "=TWIN_KILL(1)": 1,
        "=TWIN_LISTEN(4)": "listening again",
        "=TWIN_LISTEN(5)": "listening",
    }
    assert dict(zip(cases, twin(formulas(*cases)), strict=True)) == cases


@pytest.mark.libreoffice
def test_twin_asks_about_saving_unless_a_calculation_is_all_that_happened(twin: Callable[..., list[Any]]):
    """Words are what happens to a workbook; `look` is a change of which no event tells, a format for one."""
    cases = {
        "start open": "no question",
        "open ask calculated end": "no question",
        "open ask calculated end ask calculated end": "no question",
        "open type ask calculated end save ask calculated end": "no question",
        "start saved ask calculated end open": "no question",
        "open ask calculated end look": "asks",
        "open ask calculated end look ask end": "asks",
        "open look ask calculated end": "asks",
        "open calculated end": "asks",
        "open calculated end ask end": "asks",
        "open type ask calculated end": "asks",
        "open ask calculated end type": "asks",
        "open type ask calculated end ask calculated end": "asks",
        "open type look failed ask calculated end": "asks",
        "open wizard look end": "asks",
        "open next look ask end": "asks",
        "open next ask calculated end": "no question",
        "open kill ask calculated end": "asks",
        "open ask calculated end kill ask calculated end": "asks",
        "open kill ask calculated end save ask calculated end": "no question",
        "saved ask calculated end": "asks",
        "start kill saved ask calculated end": "asks",
        "start open type close saved ask calculated end": "no question",
    }
    # The first finds no events yet, as after a reset.
    asked = ["=TWIN_LISTEN(1)", *(f'=TWIN_SAVING("{words}")' for words in cases)]
    assert dict(zip(cases, twin(formulas(*asked))[1:], strict=True)) == cases


@pytest.mark.libreoffice
def test_twin_gives_the_status_bar_back(twin: Callable[..., list[Any]]):
    cases = {
        "busy": TEXTS["busy"],
        "busy second": TEXTS["busy"],
        "busy minute": "False",
        "busy second failed second": TEXTS["failed"],
        "job minute": TEXTS["working"],
        "job busy": TEXTS["busy"],
        "job busy minute": TEXTS["working"],
        "job busy minute done": "False",
        "job done": "False",
        "job done failed minute": "False",
        "busy other minute": "another program's",
    }
    table = [list(row) for row in TEXTS.items()]
    shown = twin([["table", "qa_excel.text", table], *formulas(*(f'=TWIN_STATUS("{words}")' for words in cases))])
    told = {str(False): "False", "0": "False", "": "False"}
    assert {words: told.get(bar, bar) for words, bar in zip(cases, shown, strict=True)} == cases


@pytest.mark.libreoffice
def test_twin_tells_which_functions_got_no_help(twin: Callable[..., list[Any]]):
    table = [["function", "category", "description", "arguments", ""], ["A", "c", "good", 0, ""]]
    table += [["B", "c", "refused", 1, "x"], ["C", "c", "good", 1, "x"]]
    steps = [["table", "qa_excel.help", table], *formulas("=TWIN_HELP(1)")]
    steps += [["set", "qa_excel.help", 2, 2, "mended"], ["set", "T", FREE, 1, "=TWIN_HELP(2)"], ["show", "T", FREE, 1]]
    steps += [["set", "T", FREE, 2, "=TWIN_HELP(3)"], ["show", "T", FREE, 2]]
    assert twin(steps) == ["!A!C B (1004 no)", "!A!B!C ", " "]


@pytest.mark.libreoffice
def test_twin_answers_for_the_calling_workbook_and_its_own_settings(twin: Callable[..., list[Any]], tmp_path: Path):
    """Another workbook is active: one that holds settings, code and other answers, in a folder that asks for more."""
    folder = tmp_path / "a'); import os; ('"
    folder.mkdir()
    hostile = folder / "hostile.xlsx"
    shutil.copy(TEMPLATE, hostile)
    books.type_in(hostile, {("IND5.1.2", "value"): 99})

    def arm(book: openpyxl.Workbook) -> None:
        settings = book.create_sheet("qa_excel.conf", 0)
        settings.append(["INTERPRETER_WIN", r"C:\evil\pythonw.exe"])
        settings.append(["PYTHONPATH", r"C:\evil"])
        book.create_sheet("evil.py", 0)["A1"] = "import os"
        book.active = 0

    books.edit(hostile, arm)
    (folder / "qa_excel.conf").write_text('"INTERPRETER_WIN","C:\\evil\\pythonw.exe"\n', encoding="utf-8")
    sheet, column, row = input_cell()
    steps: Steps = [["sheet", "T"], ["sheet", "qa_excel.conf"], ["set", "qa_excel.conf", 1, 0, INTERPRETER]]
    steps += [["set", sheet, column, row, 63], ["open", hostile.as_uri()]]
    asked = ["=TWIN_COMMAND()", '=ONESQA_SCORE("IND5")']
    steps += [["set", "T", FREE, n, formula] for n, formula in enumerate(asked)]
    steps += [["show", "T", FREE, n] for n in range(len(asked))]
    command, score = twin(steps)
    assert command == f'"{INTERPRETER}" -I -B -c "import xlwings; xlwings.serve(\'$(CLSID)\')"'
    assert score == 63


@pytest.mark.libreoffice
def test_twin_picks_from_pythons_own_table(twin: Callable[..., list[Any]], tmp_path: Path):
    """What the cells of a filled workbook show is what Python says, arrays, aliases and errors too."""
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 90, ("IND6.1", "count"): -1})
    book = books.opened(path)
    grids = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    titles = [sheet.title for sheet, grid in zip(book.worksheets, grids, strict=True) if read_form(grid)]
    held = Sheets({sheet.title: grid for sheet, grid in zip(book.worksheets, grids, strict=True) if read_form(grid)})
    table = answers(held)
    explained = call("ONESQA_EXPLAIN", ["IND5"], held)
    cases = {
        '=ONESQA_SCORE("IND5")': call("ONESQA_SCORE", ["IND5"], held),
        '=ONESQA_GROSS("ตบช. 5")': call("ONESQA_GROSS", ["IND5"], held),
        '=ONESQA_SCORE("IND6")': error(2036),
        "=ONESQA_AREA_SCORE(2)": error(2036),
        '=ONESQA_MAX("A2")': 20,
        '=ONESQA_NAME("ด้าน๒")': call("ONESQA_NAME", ["A2"], held),
        '=ONESQA_WHY("IND5";1.2)': call("ONESQA_WHY", ["IND5", "1.2"], held),
        '=INDEX(ONESQA_EXPLAIN("IND5");2;5)': explained[1][4],
        '=ROWS(ONESQA_EXPLAIN("IND5"))': len(explained),
        "=QA_VERSION()": call("QA_VERSION", [], held),
    }
    empty = sorted((int(row[0]), *divmod(row[2], POSITION)) for row in table if row[1] == EMPTY)
    for n, (sheet, row, column) in enumerate(empty[:3]):
        number, *place = empty[n + 1]
        ask = f'=TWIN_NEXT("{titles[sheet]}";{row};{column})'
        cases[ask] = f"{titles[number]}/{place[0]}/{place[1]}/{len(empty)}"
    sheet, row, column = empty[-1]
    first = f"{titles[empty[0][0]]}/{empty[0][1]}/{empty[0][2]}/{len(empty)}"
    cases[f'=TWIN_NEXT("{titles[sheet]}";{row};{column})'] = first
    shown = twin([["table", "TABLE", table], *formulas(*cases)], write_twin(path, tmp_path / "twin.xlsm"))
    assert dict(zip(cases, shown, strict=True)) == cases


@pytest.mark.libreoffice
def test_every_module_compiles(twin: Callable[..., list[Any]], tmp_path: Path):
    """LibreOffice's compiler finds slips of syntax also in what only Windows can run."""
    modules = windows_modules()
    names = [f"COMPILED{m.name.removeprefix('Other').upper()}" for m in modules if m.kind == MODULE]
    assert len(names) == len(modules) == 3
    original = write_twin(TEMPLATE, tmp_path / "twin.xlsm", modules)
    assert twin(formulas(*(f"={name}()" for name in names)), original) == [1] * len(names)
