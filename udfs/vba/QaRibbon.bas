Attribute VB_Name = "QaRibbon"
' The ribbon's buttons. Long work runs in a process of its own, on a copy of the workbook; what it found comes back
' as a workbook of its own. Only Subs stand here, so that a sheet can call none of it.
Option Explicit

Private Const ResultFile As String = "\result.xlsx"
Private Const JobFile As String = "\job.txt"
Private Const JobPrefix As String = "qa-excel-"
Private Const LongestJob As Long = 900

Private JobFolder As String
Private JobStarted As Date

Public Sub QaCheckBook(ByVal Control As IRibbonControl)
    Dim Book As Workbook, CopyName As String, Ending As String, Lines As String
    On Error GoTo Failed
    Set Book = ActiveWorkbook
    If Book Is Nothing Or JobFolder <> "" Then GoTo Busy
    Ending = LCase$(Mid$(Book.FullName, InStrRev(Book.FullName, ".") + 1))
    If InStr("|xlsx|xlsm|", "|" & Ending & "|") = 0 Then
        Say "save_as_xlsx"
        Exit Sub
    End If
    NewJob
    CopyName = "book." & Ending
    Book.SaveCopyAs JobFolder & "\" & CopyName
    Lines = "check" & vbLf & CopyName & vbLf & Book.FullName
    StartJob Lines
    Exit Sub
Busy:
    Say "busy"
    Exit Sub
Failed:
    EndJob
    Say "failed"
End Sub

Public Sub QaMergeFolder(ByVal Control As IRibbonControl)
    Dim Inbox As String, Roster As String, Target As Variant, Title As String
    On Error GoTo Failed
    If JobFolder <> "" Then
        Say "busy"
        Exit Sub
    End If
    AskPath msoFileDialogFolderPicker, "choose_inbox", Inbox
    If Inbox = "" Then Exit Sub
    AskPath msoFileDialogFilePicker, "choose_roster", Roster
    If Roster = "" Then Exit Sub
    TellText "choose_target", Title
    Target = Application.GetSaveAsFilename("district.xlsx", "Excel (*.xlsx), *.xlsx", 1, Title)
    If VarType(Target) = vbBoolean Then Exit Sub
    NewJob
    StartJob "merge" & vbLf & Inbox & vbLf & Roster & vbLf & Target
    Exit Sub
Failed:
    EndJob
    Say "failed"
End Sub

Public Sub QaNextEmpty(ByVal Control As IRibbonControl)
    Dim Sheet As String, Row As Long, Column As Long, Count As Long, Text As String
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then Exit Sub
    TellNextEmpty ActiveWorkbook, ActiveCell, Sheet, Row, Column, Count
    If Count < 0 Then GoTo Failed
    If Sheet = "" Then
        Say "none_empty"
        Exit Sub
    End If
    Application.Goto ActiveWorkbook.Worksheets(Sheet).Cells(Row, Column)
    TellText "empty_left", Text
    SayText Replace(Text, "{}", CStr(Count))
    Exit Sub
Failed:
    Say "failed"
End Sub

Public Sub QaAbout(ByVal Control As IRibbonControl)
    Dim Report As Workbook, Sheet As Worksheet, Path As String, Dll As String, Version As Variant
    Dim Refused As String
    On Error Resume Next
    StopPython
    TellVersion ThisWorkbook, Version
    Set Report = Workbooks.Add
    Set Sheet = Report.Worksheets(1)
    Sheet.Columns(1).ColumnWidth = 44
    Sheet.Columns(2).ColumnWidth = 80
    Tell Sheet, 1, "about_title", ""
    If IsError(Version) Then
        Tell Sheet, 2, "about_version", ""
        Tell Sheet, 3, "about_cure", ""
    Else
        Tell Sheet, 2, "about_version", CStr(Version)
    End If
    Tell Sheet, 4, "about_excel", Application.Version & " " & Application.OperatingSystem
    Tell Sheet, 5, "about_addin", ThisWorkbook.FullName
    TellInterpreter Path
    Tell Sheet, 6, "about_python", Path
    PutPresence Sheet, 6, Path
    TellDll Dll
    Tell Sheet, 7, "about_dll", Dll
    PutPresence Sheet, 7, Dll
    DescribeFunctions Refused
    Tell Sheet, 8, "about_help", Refused
    TellText IIf(Refused = "", "about_helped", "about_unhelped"), Path
    Sheet.Cells(8, 3).Value = Path
    Report.Saved = True
End Sub

' Called by Excel's clock until the result is there.
Public Sub QaPoll()
    Dim Files As Object
    On Error GoTo Failed
    If JobFolder = "" Then
        ' A reset of VBA took the job away.
        SayNoMore
        Exit Sub
    End If
    Set Files = CreateObject("Scripting.FileSystemObject")
    If Files.FileExists(JobFolder & ResultFile) Then
        Workbooks.Add JobFolder & ResultFile
        EndJob
    ElseIf Now - JobStarted > LongestJob / 86400# Then
        EndJob
        Say "failed"
    Else
        PollLater
    End If
    Exit Sub
Failed:
    EndJob
    Say "failed"
End Sub

Private Sub NewJob()
    Dim Files As Object
    Set Files = CreateObject("Scripting.FileSystemObject")
    Randomize
    JobFolder = Files.GetSpecialFolder(2).Path & "\" & JobPrefix & Format$(Now, "yyyymmddhhnnss") & "-" & _
        Format$(Int(Rnd * 1000000), "000000")
    Files.CreateFolder JobFolder
End Sub

' The command holds ASCII alone; names in Thai go through a file, as UTF-16.
Private Sub StartJob(ByVal Lines As String)
    Dim Interpreter As String, Stream As Object
    Set Stream = CreateObject("Scripting.FileSystemObject").CreateTextFile(JobFolder & JobFile, True, True)
    Stream.Write Lines
    Stream.Close
    TellInterpreter Interpreter
    Shell Chr$(34) & Interpreter & Chr$(34) & " -I -B -m qa_excel.doors.addin.jobs " & _
        Mid$(JobFolder, InStrRev(JobFolder, "\") + 1), vbHide
    JobStarted = Now
    SayMeanwhile "working"
    PollLater
End Sub

' With its folder, in which a school's data may lie.
Private Sub EndJob()
    Dim Folder As String
    On Error Resume Next
    Folder = JobFolder
    JobFolder = ""
    SayNoMore
    If Folder <> "" Then CreateObject("Scripting.FileSystemObject").DeleteFolder Folder, True
End Sub

Private Sub PollLater()
    Application.OnTime Now + TimeSerial(0, 0, 1), "'" & ThisWorkbook.Name & "'!QaRibbon.QaPoll"
End Sub

Private Sub AskPath(ByVal Kind As MsoFileDialogType, ByVal TitleName As String, ByRef Path As String)
    Dim Title As String
    Path = ""
    TellText TitleName, Title
    With Application.FileDialog(Kind)
        .Title = Title
        .AllowMultiSelect = False
        If .Show = -1 Then Path = .SelectedItems(1)
    End With
End Sub

Private Sub Tell(ByVal Sheet As Worksheet, ByVal Row As Long, ByVal Name As String, ByVal Value As String)
    Dim Text As String
    TellText Name, Text
    Sheet.Cells(Row, 1).Value = Text
    Sheet.Cells(Row, 2).NumberFormat = "@"
    Sheet.Cells(Row, 2).Value = Value
End Sub

Private Sub PutPresence(ByVal Sheet As Worksheet, ByVal Row As Long, ByVal Path As String)
    Dim Text As String
    If CreateObject("Scripting.FileSystemObject").FileExists(Path) Then
        TellText "about_there", Text
    Else
        TellText "about_absent", Text
    End If
    Sheet.Cells(Row, 3).Value = Text
End Sub
