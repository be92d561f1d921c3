Attribute VB_Name = "QaAddin"
' Starting, stopping, and what is done for a workbook that is opened.
Option Explicit
Option Private Module

Private Const HelpSheet As String = "qa_excel.help"

Private Events As QaEvents
Private Described As Boolean

Public Sub StartUp()
    Dim Book As Workbook
    On Error Resume Next
    ForgetAll
    Set Events = New QaEvents
    Set Events.App = Application
    For Each Book In Workbooks
        WorkbookOpened Book
    Next
End Sub

Public Sub ShutDown()
    On Error Resume Next
    Set Events = Nothing
    StopPython
End Sub

' A workbook of ours is calculated in full, because a saved #NAME? would outlive the installation otherwise.
Public Sub WorkbookOpened(ByVal Book As Workbook)
    Dim Ours As Boolean, WasSaved As Boolean
    On Error Resume Next
    If Book Is ThisWorkbook Then Exit Sub
    DescribeFunctions
    NewGeneration
    TellIfOurs Book, Ours
    WasSaved = Book.Saved
    RepairLinks Book
    If Not Ours Then Exit Sub
    Application.CalculateFull
    Book.Saved = WasSaved
End Sub

' A formula that was saved on another computer may name the add-in by that computer's path.
Private Sub RepairLinks(ByVal Book As Workbook)
    Dim Links As Variant, n As Long, Alerts As Boolean
    On Error Resume Next
    Links = Book.LinkSources(xlExcelLinks)
    If IsEmpty(Links) Then Exit Sub
    Alerts = Application.DisplayAlerts
    Application.DisplayAlerts = False
    For n = LBound(Links) To UBound(Links)
        If LCase$(FileName(Links(n))) = LCase$(ThisWorkbook.Name) Then
            If LCase$(Links(n)) <> LCase$(ThisWorkbook.FullName) Then RepairLink Book, Links(n)
        End If
    Next
    Application.DisplayAlerts = Alerts
End Sub

' Our forms are protected without a password; their protection is put back as it was.
Private Sub RepairLink(ByVal Book As Workbook, ByVal Link As String)
    Dim Sheet As Worksheet, Shut As Collection, Kept As Variant, n As Long
    Set Shut = New Collection
    On Error Resume Next
    For Each Sheet In Book.Worksheets
        If Sheet.ProtectContents Then
            With Sheet.Protection
                Kept = Array(Sheet.Name, Sheet.ProtectDrawingObjects, Sheet.ProtectScenarios, .AllowFormattingCells, _
                    .AllowFormattingColumns, .AllowFormattingRows, .AllowInsertingColumns, .AllowInsertingRows, _
                    .AllowInsertingHyperlinks, .AllowDeletingColumns, .AllowDeletingRows, .AllowSorting, _
                    .AllowFiltering, .AllowUsingPivotTables)
            End With
            Sheet.Unprotect ""
            If Not Sheet.ProtectContents Then Shut.Add Kept
        End If
    Next
    Book.ChangeLink Link, ThisWorkbook.FullName, xlLinkTypeExcelLinks
    For n = 1 To Shut.Count
        Kept = Shut.Item(n)
        Book.Worksheets(Kept(0)).Protect , Kept(1), True, Kept(2), False, Kept(3), Kept(4), Kept(5), Kept(6), Kept(7), _
            Kept(8), Kept(9), Kept(10), Kept(11), Kept(12), Kept(13)
    Next
End Sub

Private Function FileName(ByVal Path As String) As String
    Dim At As Long
    At = InStrRev(Path, "\")
    If InStrRev(Path, "/") > At Then At = InStrRev(Path, "/")
    FileName = Mid$(Path, At + 1)
End Function

' Help for the function wizard. Excel refuses it while no workbook is open, so that it is tried again later.
Private Sub DescribeFunctions()
    Dim Sheet As Worksheet, Row As Long, Count As Long, n As Long, Helps() As String, Macro As String
    If Described Or ActiveWorkbook Is Nothing Then Exit Sub
    On Error GoTo Later
    Set Sheet = ThisWorkbook.Worksheets(HelpSheet)
    Row = 2
    Do While Sheet.Cells(Row, 1).Value <> ""
        Macro = "'" & ThisWorkbook.Name & "'!" & Sheet.Cells(Row, 1).Value
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
        Row = Row + 1
    Loop
    Described = True
    ThisWorkbook.Saved = True
Later:
End Sub
