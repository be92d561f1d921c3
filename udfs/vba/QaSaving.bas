Attribute VB_Name = "QaSaving"
' Volatile functions make a workbook look changed each time that Excel calculates. What a calculation alone did is taken
' back, so that closing an unchanged workbook asks no question.
'
' It is done for a workbook of which all is known since it was opened or saved: Excel's own sign says that it was
' unchanged when the calculation began (any change takes that sign away, also one of looks), no event told of a change,
' and events were there to tell. In doubt the sign stays as Excel has set it, and Excel asks.
Option Explicit
Option Private Module

Private Const Places As Long = 32
Private Const Calculating As Long = 1

Private BookNames(1 To Places) As String
Private Known(1 To Places) As Boolean
Private AsSaved(1 To Places) As Boolean
Private SeenIn(1 To Places) As Long
Private NextPlace As Long
Private Adopting As Boolean

' From the add-in's start on, as long as nothing was missed, a workbook that nobody told of is one that is being opened.
Public Sub WatchAll()
    Adopting = True
End Sub

' From when a workbook was opened or saved.
Public Sub WatchBook(ByVal Book As Object)
    Dim n As Long
    n = PlaceOf(Book)
    If n = 0 Then
        NextPlace = NextPlace Mod Places + 1
        n = NextPlace
    End If
    BookNames(n) = Book.Name
    Known(n) = Book.Saved
    AsSaved(n) = False
    SeenIn(n) = -1
End Sub

Public Sub ForgetBook(ByVal Book As Object)
    Dim n As Long
    n = PlaceOf(Book)
    If n > 0 Then BookNames(n) = ""
End Sub

' Excel may tell of it after the calculation that it led to.
Public Sub BookChanged(ByVal Book As Object)
    Dim n As Long
    n = PlaceOf(Book)
    If n = 0 Then Exit Sub
    Known(n) = False
    Book.Saved = False
End Sub

' Nobody told what changed since.
Public Sub DoubtAll()
    Dim n As Long
    Adopting = False
    For n = 1 To Places
        Known(n) = False
    Next
End Sub

' With the first question of each calculation. A workbook that is being opened is calculated before Excel tells of it.
Public Sub CalculationAsks(ByVal Book As Object, ByVal Generation As Long)
    Dim n As Long
    n = PlaceOf(Book)
    If n = 0 Then
        If Not (Adopting And Book.Saved) Then Exit Sub
        WatchBook Book
        n = PlaceOf(Book)
    End If
    If SeenIn(n) = Generation Then Exit Sub
    SeenIn(n) = Generation
    AsSaved(n) = False
    If Not Book.Saved Then
        Known(n) = False
    ElseIf Application.CalculationState = Calculating Then
        AsSaved(n) = True
    End If
End Sub

Public Sub TakeBackCalculation()
    Dim n As Long
    On Error Resume Next
    For n = 1 To Places
        If Known(n) And AsSaved(n) And BookNames(n) <> "" Then Workbooks(BookNames(n)).Saved = True
        AsSaved(n) = False
    Next
End Sub

Private Function PlaceOf(ByVal Book As Object) As Long
    Dim n As Long
    For n = 1 To Places
        If BookNames(n) = Book.Name Then PlaceOf = n
    Next
End Function
