"""The add-in's twin: its own VBA in a workbook that LibreOffice runs, with a Python that only pretends.

Left out are the modules that need Windows; `QaPython` is a fake that counts its calls and answers from the inputs it
was handed. LibreOffice's VBA knows neither `Application.Caller` nor `Value2`, so that the calling workbook is the
twin itself and `Value` is read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from udfs.build_xlam import PROJECT_ID, package, sources
from udfs.vba_project import DOCUMENT, MODULE, VbaModule, vba_project

KEPT = (
    "ThisWorkbook", "QaFunctions", "QaEngine", "QaSettings", "QaAddin", "QaEvents", "QaSaving", "QaStatus", "QaHelp",
)  # fmt: skip
REPLACED = {
    "Value2": "Value",
    "Application.CalculationState": "TwinState",
    "Application.StatusBar": "TwinBar",
    "Application.OnTime ": "TwinOnTime ",
    "Application.MacroOptions ": "TwinMacroOptions ",
    "Now ": "TwinNow ",
    "Private Events": "Public Events",
}
"""What LibreOffice's VBA does not know or can't show, and what stands in for it."""
INTERPRETER = r"C:\qa-excel\python\pythonw.exe"

FAKE_PYTHON = r"""Attribute VB_Name = "QaPython"
Option Explicit
Private Calls As Long
Private Handed As String

' A sheet TABLE holds Python's own table, where there is one.
' Answers from what it was handed: the first sheet that holds IND5.1.2 in column A gives the score.
Public Sub CallPython(ByRef Result As Variant, ByVal Entry As String, ByVal Arguments As Variant)
    Dim Table(0 To 9, 0 To 6) As Variant, Single1(0 To 1, 0 To 6) As Variant
    Dim Sheet As Long, Row As Long, Grid As Variant, Score As Variant, At As Long, Where As Long, First As Long
    Calls = Calls + 1
    For Sheet = 1 To ThisWorkbook.Worksheets.Count
        If ThisWorkbook.Worksheets(Sheet).Name = "TABLE" Then
            Result = ThisWorkbook.Worksheets(Sheet).UsedRange.Value
            Exit Sub
        End If
    Next
    If Entry = "qa_excel_answer" Then
        Single1(0, 0) = "qa-excel"
        Single1(1, 0) = Arguments(0)
        Single1(1, 1) = "#VALUE!"
        Result = Single1
        Exit Sub
    End If
    Score = ""
    If Entry = "qa_excel_block" Then
        Grid = Arguments(1)
        FindScore Grid, Score, At
    Else
        Handed = ""
        For Sheet = 0 To UBound(Arguments)
            Grid = Arguments(Sheet)
            Handed = Handed & " " & Grid(LBound(Grid, 1), LBound(Grid, 2))
            If Score = "" Then
                FindScore Grid, Score, At
                Where = Sheet
            End If
        Next
    End If
    Table(0, 0) = "qa-excel"
    Fill Table, 1, "onesqa_score|ind5", "=", Score
    Fill Table, 2, "onesqa_score|5", ">", 1
    Fill Table, 3, "onesqa_score|ind6", "#N/A", ""
    Fill Table, 4, "onesqa_score|ind7", "#NUM!", ""
    Fill Table, 5, "onesqa_score|ind8", "#REF!", ""
    Fill Table, 6, "onesqa_missing", "=", 3
    Fill Table, 7, "onesqa_missing|ind5", "=", 2
    Fill Table, 8, "onesqa_points|ind5|1.2", "=", 0.4
    Fill Table, 9, CStr(Where), "@", At * 1024 + 5
    If At = 0 Then Table(9, 1) = ""
    Result = Table
End Sub

Private Sub Fill(ByRef Table As Variant, ByVal Row As Long, ByVal Key As String, ByVal Kind As String, _
        ByVal Value As Variant)
    Table(Row, 0) = Key
    Table(Row, 1) = Kind
    Table(Row, 2) = Value
End Sub

Private Sub FindScore(ByVal Grid As Variant, ByRef Score As Variant, ByRef At As Long)
    Dim Row As Long
    For Row = LBound(Grid, 1) To UBound(Grid, 1)
        If VarType(Grid(Row, LBound(Grid, 2))) = vbString Then
            If Grid(Row, LBound(Grid, 2)) = "IND5.1.2" Then
                Score = Grid(Row, LBound(Grid, 2) + 4)
                If IsEmpty(Score) Then Score = 0
                At = Row
                Exit Sub
            End If
        End If
    Next
End Sub

Public Sub StopPython()
End Sub

' The keys of the sheets that were handed over last.
Public Function TWIN_HANDED() As Variant
    TWIN_HANDED = Handed
End Function

Public Function TWIN_CALLS() As Variant
    TWIN_CALLS = Calls
End Function

Public Function TWIN_COMMAND() As Variant
    Dim CommandLine As String
    TellStartCommand CommandLine
    TWIN_COMMAND = CommandLine
End Function

Public Function TWIN_TEXT(Name As Variant) As Variant
    Dim Text As String
    TellText CStr(Name), Text
    TWIN_TEXT = Text
End Function

Public Function TWIN_NEXT(Sheet As Variant, Row As Variant, Column As Variant) As Variant
    Dim Found As String, FoundRow As Long, FoundColumn As Long, Count As Long
    TellNextEmpty ThisWorkbook, ThisWorkbook.Worksheets(CStr(Sheet)).Cells(CLng(Row), CLng(Column)), _
        Found, FoundRow, FoundColumn, Count
    TWIN_NEXT = Found & "/" & FoundRow & "/" & FoundColumn & "/" & Count
End Function

Public Function TWIN_ENDED(Trigger As Variant) As Variant
    CalculationEnded
    TWIN_ENDED = Calls
End Function

Public Function TWIN_CHANGED(Trigger As Variant) As Variant
    NewGeneration
    TWIN_CHANGED = True
End Function
"""

FAKE_CALLER = """Attribute VB_Name = "QaCaller"
Option Explicit

Public Sub TellCallingWorkbook(ByRef Book As Object)
    Set Book = ThisWorkbook
End Sub
"""

FAKE_EXCEL = """Attribute VB_Name = "QaTwin"
Option Explicit
Public TwinBar As Variant
Public TwinState As Long
Public TwinNow As Date
Private Clock As Date
Private Helped As String

Public Sub TwinOnTime(ByVal Earliest As Date, ByVal Procedure As String)
    Clock = Earliest
End Sub

Public Sub TwinMacroOptions(Optional Macro As Variant, Optional Description As Variant, Optional Category As Variant, _
        Optional ArgumentDescriptions As Variant)
    If Description = "refused" Then Err.Raise 1004, , "no"
    Helped = Helped & Mid(Macro, InStrRev(Macro, "!"))
End Sub

Public Function TWIN_HELP(Trigger As Variant) As Variant
    Dim Refused As String
    Helped = ""
    DescribeFunctions Refused
    TWIN_HELP = Helped & " " & Refused
End Function

' Whether Excel tells of changes, and whether that had to be started again.
Public Function TWIN_LISTEN(Trigger As Variant) As Variant
    Dim Listening As Boolean, Restarted As Boolean
    Listen Listening, Restarted
    TWIN_LISTEN = IIf(Listening, "listening", "deaf") & IIf(Restarted, " again", "")
End Function

' What a reset of VBA leaves of the events.
Public Function TWIN_KILL(Trigger As Variant) As Variant
    Set Events = Nothing
    TWIN_KILL = True
End Function

Public Function TWIN_SHUT(Trigger As Variant) As Variant
    ShutDown
    TWIN_SHUT = True
End Function

' A workbook's days, a word each; whether it is unchanged in the end.
Public Function TWIN_SAVING(Words As Variant) As Variant
    Dim Word As Variant, Unused As Variant
    TwinState = 1
    For Each Word In Split(Words, " ")
        Select Case Word
            Case "start"
                WatchAll
            Case "open", "save"
                ThisWorkbook.Saved = True
                WatchBook ThisWorkbook
            Case "failed"
                WatchBook ThisWorkbook
            Case "close"
                ForgetBook ThisWorkbook
            Case "ask"
                AskWorkbook Unused, "ONESQA_SCORE", Array("IND5")
            Case "wizard"
                TwinState = 0
                AskWorkbook Unused, "ONESQA_SCORE", Array("IND5")
                TwinState = 1
            Case "look", "calculated"
                ThisWorkbook.Saved = False
            Case "end"
                CalculationEnded
            Case "type"
                NewGeneration
                BookChanged ThisWorkbook
            Case "next"
                TellNextEmpty ThisWorkbook, ThisWorkbook.Worksheets(1).Cells(1, 1), "", 0, 0, 0
            Case "kill"
                Set Events = Nothing
            Case "saved"
                ThisWorkbook.Saved = True
        End Select
    Next
    TWIN_SAVING = IIf(ThisWorkbook.Saved, "no question", "asks")
    ForgetBook ThisWorkbook
End Function

' What the status bar shows after what happened, a word each.
Public Function TWIN_STATUS(Words As Variant) As Variant
    Dim Word As Variant
    For Each Word In Split(Words, " ")
        Select Case Word
            Case "job"
                SayMeanwhile "working"
            Case "done"
                SayNoMore
            Case "other"
                TwinBar = "another program's"
            Case "second", "minute"
                TwinNow = TwinNow + IIf(Word = "second", 1, 60) / 86400#
                If Clock > 0 And Clock <= TwinNow Then
                    Clock = 0
                    QaClearStatus
                End If
            Case Else
                Say Word
        End Select
    Next
    TWIN_STATUS = CStr(TwinBar)
    TwinBar = False
    SayNoMore
    TwinNow = TwinNow + 1
End Function
"""


def twin_modules() -> list[VbaModule]:
    """The add-in's modules that LibreOffice can run, and the two fakes."""
    kept = []
    for module in sources():
        if module.name in KEPT:
            source = module.source
            for old, new in REPLACED.items():
                source = source.replace(old, new)
            if module.name == "ThisWorkbook":
                source = source.partition("Option Explicit")[0]
            kept.append(VbaModule(module.name, module.kind, source))
    fakes = {"QaPython": FAKE_PYTHON, "QaCaller": FAKE_CALLER, "QaTwin": FAKE_EXCEL}
    return [*kept, *(VbaModule(name, MODULE, source) for name, source in fakes.items())]


def windows_modules() -> list[VbaModule]:
    """The modules that need Windows, under other names and with a function each, for LibreOffice's compiler alone."""
    found = []
    for module in sources():
        if module.kind == DOCUMENT or module.name in KEPT:
            continue
        source = module.source.replace(f'VB_Name = "{module.name}"', f'VB_Name = "Other{module.name}"')
        source = source.replace("Option Private Module", "")
        source = re.sub(r"\b(CallPython|StopPython|TellCallingWorkbook)\b", r"Other\1", source)
        if module.kind == MODULE:
            source += (
                f"\nPublic Function COMPILED{module.name.upper()}()\nCOMPILED{module.name.upper()} = 1\nEnd Function\n"
            )
        found.append(VbaModule(f"Other{module.name}", module.kind, source))
    return found


def write_twin(template: Path, target: Path, more: Sequence[VbaModule] = ()) -> Path:
    """A template with the twin's VBA, without its own function cells: reading one would calculate it in LibreOffice."""
    with zipfile.ZipFile(template) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb"<f>[^<]*(?:ONESQA|IQA|QA)_[^<]*</f>", b"", parts[name])
    parts["xl/vbaProject.bin"] = vba_project("qa_twin", PROJECT_ID, [*twin_modules(), *more])
    plain, with_macros = "openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled"
    _replace(
        parts, "[Content_Types].xml", f"application/vnd.{plain}.main+xml", f"application/vnd.{with_macros}.main+xml"
    )
    _replace(
        parts,
        "[Content_Types].xml",
        "</Types>",
        '<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    _replace(
        parts,
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        '<Relationship Id="rIdVba" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/></Relationships>',
    )
    settings = b'<workbookPr codeName="ThisWorkbook"/>'
    parts["xl/workbook.xml"] = re.sub(rb"<workbookPr[ /][^>]*>", settings, parts["xl/workbook.xml"])
    target.write_bytes(package(parts))
    return target


def _replace(parts: dict[str, bytes], part: str, old: str, new: str) -> None:
    text = parts[part].decode()
    assert old in text
    parts[part] = text.replace(old, new).encode()
