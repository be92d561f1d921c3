Attribute VB_Name = "QaStatus"
' What the status bar says: it shows Thai on every Windows, which a message box does not. Only Subs stand here, so that
' a sheet can call none of it; Excel's clock calls one by its name, and the bar goes back to Excel.
Option Explicit

Private Const ShownFor As Long = 15

Private Shown As String
Private ShownUntil As Date
Private Lasting As String

' A text by its name, for a while.
Public Sub Say(ByVal Name As String)
    Dim Text As String
    TellText Name, Text
    SayText Text
End Sub

Public Sub SayText(ByVal Text As String)
    Show Text
    ShownUntil = Now + TimeSerial(0, 0, ShownFor)
    On Error Resume Next
    Application.OnTime ShownUntil, "'" & ThisWorkbook.Name & "'!QaStatus.QaClearStatus"
End Sub

' A text by its name, until SayNoMore.
Public Sub SayMeanwhile(ByVal Name As String)
    TellText Name, Lasting
    Show Lasting
End Sub

Public Sub SayNoMore()
    Lasting = ""
    Application.StatusBar = False
End Sub

' Called by Excel's clock. A text that was said later has its own end, and what others say is theirs to clear.
Public Sub QaClearStatus()
    If Now < ShownUntil - TimeSerial(0, 0, 1) Then Exit Sub
    If Shown <> "" And CStr(Application.StatusBar) <> Shown Then Exit Sub
    If Lasting = "" Then
        Application.StatusBar = False
    Else
        Show Lasting
    End If
End Sub

Private Sub Show(ByVal Text As String)
    Shown = Text
    Application.StatusBar = Text
End Sub
