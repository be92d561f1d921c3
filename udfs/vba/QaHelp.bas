Attribute VB_Name = "QaHelp"
' Help for the function wizard, from the add-in's own sheet.
Option Explicit
Option Private Module

Private Const HelpSheet As String = "qa_excel.help"

Private Described As Boolean

' The functions whose help Excel refused, each with the reason; empty where all have it. Excel refuses it while no
' workbook is open, so that it is tried again until it is there.
Public Sub DescribeFunctions(ByRef Refused As String)
    Dim Sheet As Object, Row As Long
    Refused = ""
    If Described Or ActiveWorkbook Is Nothing Then Exit Sub
    On Error GoTo Failed
    Set Sheet = ThisWorkbook.Worksheets(HelpSheet)
    Row = 2
    Do While Sheet.Cells(Row, 1).Value <> ""
        Describe Sheet, Row, Refused
        Row = Row + 1
    Loop
    Described = (Refused = "")
    ThisWorkbook.Saved = True
    Exit Sub
Failed:
    AddRefusal Refused, HelpSheet
End Sub

Private Sub Describe(ByVal Sheet As Object, ByVal Row As Long, ByRef Refused As String)
    Dim Name As String, Macro As String, Count As Long, n As Long, Helps() As String
    On Error GoTo Failed
    Name = Sheet.Cells(Row, 1).Value
    Macro = "'" & ThisWorkbook.Name & "'!" & Name
    Count = Sheet.Cells(Row, 4).Value
    If Count = 0 Then
        Application.MacroOptions Macro:=Macro, Description:=Sheet.Cells(Row, 3).Value, _
            Category:=Sheet.Cells(Row, 2).Value
    Else
        ReDim Helps(1 To Count)
        For n = 1 To Count
            Helps(n) = Sheet.Cells(Row, 4 + n).Value
        Next
        Application.MacroOptions Macro:=Macro, Description:=Sheet.Cells(Row, 3).Value, _
            Category:=Sheet.Cells(Row, 2).Value, ArgumentDescriptions:=Helps
    End If
    Exit Sub
Failed:
    AddRefusal Refused, Name
End Sub

Private Sub AddRefusal(ByRef Refused As String, ByVal Name As String)
    If Refused <> "" Then Refused = Refused & "; "
    Refused = Refused & Name & " (" & Err.Number & " " & Err.Description & ")"
End Sub
