Attribute VB_Name = "QaAddin"
' Starting, stopping, and what is done for a workbook that is opened.
Option Explicit
Option Private Module

Private Events As QaEvents

Public Sub StartUp()
    Dim Book As Workbook
    On Error Resume Next
    ForgetAll
    StartEvents
    WatchAll
    For Each Book In Workbooks
        WorkbookOpened Book
    Next
End Sub

' Excel asks about saving only after this, and goes on where the answer is Cancel: the events stay, and Python is
' started by the next question.
Public Sub ShutDown()
    On Error Resume Next
    StopPython
End Sub

Private Sub StartEvents()
    Set Events = New QaEvents
    Set Events.App = Application
End Sub

' Whether Excel tells of changes. A reset of VBA takes the events away without a word; they are started again.
Public Sub Listen(ByRef Listening As Boolean, ByRef Restarted As Boolean)
    On Error GoTo Deaf
    Restarted = True
    If Not Events Is Nothing Then Restarted = Events.App Is Nothing
    If Restarted Then StartEvents
    Listening = Application.EnableEvents
    Exit Sub
Deaf:
    Listening = False
    Restarted = False
End Sub

' A workbook of ours is calculated in full, because a saved #NAME? would outlive the installation otherwise.
Public Sub WorkbookOpened(ByVal Book As Workbook)
    Dim Ours As Boolean, WasSaved As Boolean, Unused As String
    On Error Resume Next
    If Book Is ThisWorkbook Then Exit Sub
    DescribeFunctions Unused
    NewGeneration
    TellIfOurs Book, Ours
    WasSaved = Book.Saved
    RepairLinks Book
    If Ours Then
        CalculateBook Book
        Book.Saved = WasSaved
    End If
    WatchBook Book
End Sub

' Every formula of this workbook, and of no other. Twice, because a sheet is calculated with what stands on the others.
Private Sub CalculateBook(ByVal Book As Workbook)
    Dim Sheet As Worksheet, Turn As Long
    For Turn = 1 To 2
        For Each Sheet In Book.Worksheets
            If Sheet.EnableCalculation Then
                ' Switched off and on, a sheet has all of its formulas to calculate, not only what changed.
                Sheet.EnableCalculation = False
                Sheet.EnableCalculation = True
                Sheet.Calculate
            End If
        Next
    Next
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
