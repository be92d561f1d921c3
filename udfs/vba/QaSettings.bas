Attribute VB_Name = "QaSettings"
' The settings: the add-in's own sheet, and nothing else.
Option Explicit
Option Private Module

Private Const SettingsSheet As String = "qa_excel.conf"
Private Const TextsSheet As String = "qa_excel.text"
Private Const InterpreterName As String = "\pythonw.exe"

' The full path of pythonw.exe; an error is raised for anything else.
Public Sub TellInterpreter(ByRef Path As String)
    Dim n As Long, Code As Long
    Path = ThisWorkbook.Worksheets(SettingsSheet).Range("B1").Value
    If Not (Path Like "[A-Za-z]:\*") Or LCase$(Right$(Path, Len(InterpreterName))) <> InterpreterName Then
        Err.Raise 1002, Description:="No interpreter is set"
    End If
    ' It is started with ANSI calls.
    For n = 1 To Len(Path)
        Code = AscW(Mid$(Path, n, 1))
        If Code < 32 Or Code > 126 Or Code = 34 Then Err.Raise 1003, Description:="The interpreter's path is not ASCII"
    Next
End Sub

' One constant command, because each distinct one gets a Python of its own. -I keeps the current folder and the
' environment off Python's search path.
Public Sub TellStartCommand(ByRef CommandLine As String)
    Dim Interpreter As String
    TellInterpreter Interpreter
    CommandLine = Chr$(34) & Interpreter & Chr$(34) & " -I -B -c ""import xlwings; xlwings.serve('$(CLSID)')"""
End Sub

' A text in Thai, by its name.
Public Sub TellText(ByVal Name As String, ByRef Text As String)
    Dim Cell As Object, Row As Long
    Text = Name
    For Row = 1 To 200
        Set Cell = ThisWorkbook.Worksheets(TextsSheet).Cells(Row, 1)
        If Cell.Value = "" Then Exit Sub
        If Cell.Value = Name Then
            Text = Cell.Offset(0, 1).Value
            Exit Sub
        End If
    Next
End Sub
