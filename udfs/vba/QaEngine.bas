Attribute VB_Name = "QaEngine"
' Answers for cells: one call into Python for a workbook and generation, each cell picks its answer from it.
'
' A generation ends with each calculation and each change of a sheet, never by time. Procedures that other modules
' need are Subs, because a sheet could call a public Function as a formula.
Option Explicit
Option Private Module

Private Const FormPrefix As String = "qa-excel:"
Private Const KeyArea As String = "A1:T20"
Private Const MaxRows As Long = 5000
Private Const MaxColumns As Long = 256
Private Const PositionBase As Long = 1024
Private Const MaxFailures As Long = 3

Private Const ValueError As Long = 2015
Private Const ReferenceError As Long = 2023
Private Const NumberError As Long = 2036
Private Const NotAvailableError As Long = 2042

Private Books As Collection
Private Blocks As Collection
Private CurrentGeneration As Long
Private Failures As Long
Private Settling As Boolean

' --- What the functions ask ---

Public Sub AskWorkbook(ByRef Result As Variant, ByVal Asked As String, ByVal Codes As Variant)
    Dim Held As QaAnswers, Key As String, Book As Object
    On Error GoTo Failure
    Result = CVErr(ValueError)
    TellCallingWorkbook Book
    If Book Is Nothing Then
        Result = CVErr(ReferenceError)
        Exit Sub
    End If
    Key = QuestionKey(Asked, Codes)
    If Key = "" Then Exit Sub
    WorkbookAnswers Book, Held
    If Held.Failed Then Exit Sub
    If RowOf(Held, Key) = 0 Then AskSingly Held, Key, Asked, Codes
    Pick Result, Held, Key
    Exit Sub
Failure:
    Result = CVErr(ValueError)
End Sub

Public Sub AskBlock(ByRef Result As Variant, ByVal Asked As String, ByVal Codes As Variant, ByVal Block As Variant)
    Dim Held As QaAnswers, Key As String, Values As Variant, Source As String
    On Error GoTo Failure
    Result = CVErr(ValueError)
    Key = QuestionKey(Asked, Codes)
    If Key = "" Then Exit Sub
    Values = BlockValues(Block)
    If Not IsArray(Values) Then
        Result = CVErr(ReferenceError)
        Exit Sub
    End If
    If Not CodeText(Codes(0), Source) Then Exit Sub
    BlockAnswers Source, Values, Held
    If Held.Failed Then Exit Sub
    Pick Result, Held, Key
    Exit Sub
Failure:
    Result = CVErr(ValueError)
End Sub

' --- Generations ---

Public Sub NewGeneration()
    CurrentGeneration = CurrentGeneration + 1
    If CurrentGeneration > 2000000000 Then CurrentGeneration = 1
End Sub

Public Sub ForgetAll()
    Set Books = New Collection
    Set Blocks = New Collection
    Failures = 0
    NewGeneration
End Sub

' A volatile function can run before a cell that it was not handed: then its answer rests on what stood there before.
Public Sub CalculationEnded()
    Dim Held As QaAnswers, Moved As Boolean
    If Not Books Is Nothing And Not Settling Then
        For Each Held In Books
            If Held.Generation = CurrentGeneration And Not Held.Failed Then
                If Not Moved Then Moved = InputsMoved(Held)
            End If
        Next
    End If
    NewGeneration
    If Moved Then
        Settling = True
        On Error Resume Next
        Application.Calculate
        On Error GoTo 0
        Settling = False
    End If
End Sub

Private Function InputsMoved(ByVal Held As QaAnswers) As Boolean
    Dim Values As Variant, Names As Variant, Before As Variant, Table As Variant
    Dim Row As Long, First As Long, Sheet As Long, At As Long
    On Error GoTo Gone
    ReadForms Workbooks(Held.Source), Values, Names
    ' Copies, because a class hands over its whole array at each access.
    Before = Held.Values
    Table = Held.Table
    InputsMoved = True
    If UBound(Values) <> UBound(Before) Then Exit Function
    First = LBound(Table, 2)
    For Row = LBound(Table, 1) To UBound(Table, 1)
        If Table(Row, First + 1) = "@" Then
            Sheet = CLng(Table(Row, First))
            At = CLng(Table(Row, First + 2))
            If Not SameCell(Values(Sheet), Before(Sheet), At \ PositionBase, At Mod PositionBase) Then Exit Function
        End If
    Next
    InputsMoved = False
    Exit Function
Gone:
    InputsMoved = False
End Function

Private Function SameCell(ByRef Current As Variant, ByRef Before As Variant, _
        ByVal Row As Long, ByVal Column As Long) As Boolean
    If Row > UBound(Current, 1) Or Column > UBound(Current, 2) Then Exit Function
    If Row > UBound(Before, 1) Or Column > UBound(Before, 2) Then Exit Function
    SameCell = SameValue(Current(Row, Column), Before(Row, Column))
End Function

Private Function SameValue(ByVal One As Variant, ByVal Other As Variant) As Boolean
    If VarType(One) <> VarType(Other) Then Exit Function
    If IsError(One) Then
        SameValue = (CStr(One) = CStr(Other))
    Else
        SameValue = (One = Other)
    End If
End Function

' --- Asking Python ---

Private Sub WorkbookAnswers(ByVal Book As Object, ByRef Held As QaAnswers)
    Dim Values As Variant, Names As Variant, Fresh As Boolean
    If Books Is Nothing Then ForgetAll
    Find Books, Book.Name, Held
    If Not Held Is Nothing Then
        Fresh = (Held.Generation = CurrentGeneration)
        ' Without events nothing ends a generation, so that the inputs themselves are asked.
        If Fresh And Not Application.EnableEvents And Not Held.Failed Then Fresh = Not InputsMoved(Held)
        If Fresh Then Exit Sub
        Books.Remove Book.Name
    End If
    Set Held = New QaAnswers
    Held.Source = Book.Name
    Held.Generation = CurrentGeneration
    Held.Failed = True
    ' Before the sheets are read, so that a function cell that this calculates does not ask in turn.
    Books.Add Held, Book.Name
    ReadForms Book, Values, Names
    Held.Values = Values
    Held.SheetNames = Names
    Fetch Held, "qa_excel_answers", Values
End Sub

Private Sub BlockAnswers(ByVal Source As String, ByRef Values As Variant, ByRef Held As QaAnswers)
    Dim Other As QaAnswers
    If Blocks Is Nothing Then ForgetAll
    For Each Other In Blocks
        If Other.Source = Source Then
            If SameBlock(Other.Values, Values) And Not (Other.Failed And Other.Generation <> CurrentGeneration) Then
                Set Held = Other
                Exit Sub
            End If
        End If
    Next
    Set Held = New QaAnswers
    Held.Source = Source
    Held.Generation = CurrentGeneration
    Held.Failed = True
    Held.Values = Values
    Blocks.Add Held
    If Blocks.Count > 40 Then Blocks.Remove 1
    Fetch Held, "qa_excel_block", Array(Source, Values)
End Sub

Private Function SameBlock(ByRef One As Variant, ByRef Other As Variant) As Boolean
    Dim Row As Long, Column As Long
    If UBound(One, 1) <> UBound(Other, 1) Or UBound(One, 2) <> UBound(Other, 2) Then Exit Function
    For Row = LBound(One, 1) To UBound(One, 1)
        For Column = LBound(One, 2) To UBound(One, 2)
            If Not SameValue(One(Row, Column), Other(Row, Column)) Then Exit Function
        Next
    Next
    SameBlock = True
End Function

Private Sub Fetch(ByVal Held As QaAnswers, ByVal Entry As String, ByVal Arguments As Variant)
    Dim Table As Variant, First As Long, Row As Long, Kind As String
    Dim Index As Collection
    If Failures >= MaxFailures Then Exit Sub
    On Error GoTo Failure
    CallPython Table, Entry, Arguments
    Set Index = New Collection
    First = LBound(Table, 2)
    For Row = LBound(Table, 1) To UBound(Table, 1)
        Kind = Table(Row, First + 1)
        If Kind = ">" Then
            AddIndex Index, Row - CLng(Table(Row, First + 2)), Table(Row, First)
        ElseIf Kind <> "" And Kind <> "@" And Kind <> "?" Then
            AddIndex Index, Row, Table(Row, First)
        End If
    Next
    Held.Table = Table
    Set Held.Index = Index
    Held.Failed = False
    Failures = 0
    Exit Sub
Failure:
    Failures = Failures + 1
End Sub

Private Sub AddIndex(ByVal Index As Collection, ByVal Row As Long, ByVal Key As String)
    ' Rows are counted from 1 here, so that 0 means absent whatever bounds the table came with.
    On Error Resume Next
    Index.Add Row + 1, Key
End Sub

' A question that the table does not hold, such as a code that nobody knows: its rows are put at the table's end.
Private Sub AskSingly(ByVal Held As QaAnswers, ByVal Key As String, ByVal Asked As String, ByVal Codes As Variant)
    Dim Found As Variant, Table As Variant, Arguments As Variant, Old As Variant
    Dim Row As Long, Column As Long, Count As Long, Added As Long, n As Long
    Dim Parts As Variant, Values As Variant
    Parts = Split(Key, "|")
    Values = Held.Values
    ReDim Arguments(0 To 3 + UBound(Values) + 1)
    Arguments(0) = Key
    Arguments(1) = Asked
    Arguments(2) = ""
    Arguments(3) = ""
    For n = 1 To UBound(Parts)
        Arguments(1 + n) = Parts(n)
    Next
    For n = 0 To UBound(Values)
        Arguments(4 + n) = Values(n)
    Next
    CallPython Found, "qa_excel_answer", Arguments
    Old = Held.Table
    Count = UBound(Old, 1)
    Added = UBound(Found, 1) - LBound(Found, 1) + 1
    ReDim Table(LBound(Old, 1) To Count + Added, LBound(Old, 2) To UBound(Old, 2))
    For Row = LBound(Old, 1) To Count
        For Column = LBound(Old, 2) To UBound(Old, 2)
            Table(Row, Column) = Old(Row, Column)
        Next
    Next
    For Row = 1 To Added
        For Column = 0 To UBound(Old, 2) - LBound(Old, 2)
            Table(Count + Row, LBound(Old, 2) + Column) = Found(LBound(Found, 1) + Row - 1, LBound(Found, 2) + Column)
        Next
    Next
    Held.Table = Table
    ' The first row only tells the version.
    AddIndex Held.Index, Count + 2, Key
End Sub

' --- Picking from the table ---

Private Function RowOf(ByVal Held As QaAnswers, ByVal Key As String) As Long
    On Error Resume Next
    RowOf = Held.Index.Item(Key)
    If Err.Number <> 0 Then RowOf = 0
End Function

Private Sub Pick(ByRef Result As Variant, ByVal Held As QaAnswers, ByVal Key As String)
    Dim Row As Long, First As Long, Height As Long, r As Long, c As Long
    Dim Table As Variant, Grid As Variant
    Row = RowOf(Held, Key)
    If Row = 0 Then Exit Sub
    Row = Row - 1
    Table = Held.Table
    First = LBound(Table, 2)
    Select Case Table(Row, First + 1)
        Case "="
            Result = Table(Row, First + 2)
            If IsEmpty(Result) Or IsNull(Result) Then Result = CVErr(ValueError)
        Case "{"
            Height = CLng(Table(Row, First + 2))
            ReDim Grid(1 To Height, 1 To 5)
            For r = 1 To Height
                For c = 1 To 5
                    Grid(r, c) = Table(Row + r, First + 1 + c)
                Next
            Next
            Result = Grid
        Case "#N/A"
            Result = CVErr(NotAvailableError)
        Case "#NUM!"
            Result = CVErr(NumberError)
        Case "#REF!"
            Result = CVErr(ReferenceError)
        Case Else
            Result = CVErr(ValueError)
    End Select
End Sub

' --- Codes ---

' Function and codes as Python's keys have them; empty where a code is an error value or no single cell.
Private Function QuestionKey(ByVal Asked As String, ByVal Codes As Variant) As String
    Dim Key As String, Text As String, n As Long, Last As Long
    Key = LCase$(Asked)
    Last = UBound(Codes)
    For n = 0 To Last
        If Not CodeText(Codes(n), Text) Then Exit Function
        If Text = "" And n = 0 And Asked <> "ONESQA_MISSING" Then Exit Function
        If Text <> "" Then Key = Key & "|" & Text
    Next
    QuestionKey = Key
End Function

Private Function CodeText(ByVal Code As Variant, ByRef Text As String) As Boolean
    Dim Value As Variant
    If IsObject(Code) Then
        Value = ValuesOf(Code)
    Else
        Value = Code
    End If
    Text = ""
    If IsArray(Value) Or IsError(Value) Or VarType(Value) = vbBoolean Then Exit Function
    CodeText = True
    If IsEmpty(Value) Or IsNull(Value) Then Exit Function
    Text = Folded(Value)
End Function

' Without spaces and invisible signs, Thai digits as 0-9, small letters, as Python folds it.
Private Function Folded(ByVal Value As Variant) As String
    Dim Source As String, Letter As String, Code As Long, n As Long, Text As String
    If VarType(Value) = vbString Then
        Source = Value
    Else
        ' Str$ writes a point whatever the country.
        Source = Str$(Value)
    End If
    For n = 1 To Len(Source)
        Letter = Mid$(Source, n, 1)
        Code = AscW(Letter)
        If Code < 0 Then Code = Code + 65536
        Select Case Code
            Case 3664 To 3673
                Text = Text & Chr$(48 + Code - 3664)
            Case 9, 10, 11, 12, 13, 32, 124, 160, 173, 8203, 8204, 8205, 8239, 8288, 65279
            Case Else
                Text = Text & Letter
        End Select
    Next
    Folded = LCase$(Text)
End Function

' --- Reading the workbook ---

' The values of each form sheet from A1 on, and the sheets' names, in the workbook's order.
Private Sub ReadForms(ByVal Book As Object, ByRef Values As Variant, ByRef Names As Variant)
    Dim Sheet As Object, Count As Long
    ReDim Values(0 To Book.Worksheets.Count)
    ReDim Names(0 To Book.Worksheets.Count)
    For Each Sheet In Book.Worksheets
        If IsForm(Sheet) Then
            Values(Count) = SheetValues(Sheet)
            Names(Count) = Sheet.Name
            Count = Count + 1
        End If
    Next
    If Count = 0 Then
        Values = Array()
        Names = Array()
    Else
        ReDim Preserve Values(0 To Count - 1)
        ReDim Preserve Names(0 To Count - 1)
    End If
End Sub

Private Function IsForm(ByVal Sheet As Object) As Boolean
    Dim Top As Variant, Row As Long, Column As Long
    Top = Sheet.Range(KeyArea).Value
    For Row = 1 To 20
        For Column = 1 To 20
            If VarType(Top(Row, Column)) = vbString Then
                If Left$(Trim$(Top(Row, Column)), Len(FormPrefix)) = FormPrefix Then
                    IsForm = True
                    Exit Function
                End If
            End If
        Next
    Next
End Function

Private Function SheetValues(ByVal Sheet As Object) As Variant
    Dim LastRow As Long, LastColumn As Long
    LastRow = Sheet.UsedRange.Row + Sheet.UsedRange.Rows.Count - 1
    LastColumn = Sheet.UsedRange.Column + Sheet.UsedRange.Columns.Count - 1
    If LastRow < 2 Then LastRow = 2
    If LastRow > MaxRows Then LastRow = MaxRows
    If LastColumn < 2 Then LastColumn = 2
    If LastColumn > MaxColumns Then LastColumn = MaxColumns
    SheetValues = Sheet.Range(Sheet.Cells(1, 1), Sheet.Cells(LastRow, LastColumn)).Value2
End Function

' The values of a block; Empty where it is no range of several cells.
Private Function BlockValues(ByVal Block As Variant) As Variant
    If IsObject(Block) Then
        BlockValues = ValuesOf(Block)
    ElseIf IsArray(Block) Then
        BlockValues = Block
    End If
End Function

' The values of a range; Empty where it has several areas.
Private Function ValuesOf(ByVal Place As Object) As Variant
    If Place.Areas.Count = 1 Then ValuesOf = Place.Value2
End Function

Private Sub Find(ByVal Known As Collection, ByVal Key As String, ByRef Held As QaAnswers)
    Set Held = Nothing
    On Error Resume Next
    Set Held = Known.Item(Key)
End Sub

' --- For the ribbon and the events ---

Public Sub TellIfOurs(ByVal Book As Workbook, ByRef Ours As Boolean)
    Dim Sheet As Object
    Ours = False
    On Error Resume Next
    For Each Sheet In Book.Worksheets
        If IsForm(Sheet) Then Ours = True
        If Ours Then Exit For
    Next
End Sub

Public Sub TellVersion(ByVal Book As Workbook, ByRef Version As Variant)
    Dim Held As QaAnswers
    Version = CVErr(ValueError)
    ForgetAll
    WorkbookAnswers Book, Held
    If Not Held.Failed Then Pick Version, Held, "qa_version"
End Sub

' The next empty input behind a cell, in the order of sheets, rows and columns; sheet "" where there is none.
Public Sub TellNextEmpty(ByVal Book As Workbook, ByVal After As Range, ByRef Sheet As String, ByRef Row As Long, _
        ByRef Column As Long, ByRef Count As Long)
    Dim Held As QaAnswers, Entry As Long, First As Long, At As Double, Here As Double, Best As Double, Least As Double
    Dim n As Long, Table As Variant, Names As Variant
    Sheet = ""
    Count = 0
    NewGeneration
    WorkbookAnswers Book, Held
    If Held.Failed Then
        Count = -1
        Exit Sub
    End If
    Table = Held.Table
    Names = Held.SheetNames
    Here = -1
    For n = 0 To UBound(Names)
        If Names(n) = After.Worksheet.Name Then
            Here = n * 100000000# + After.Row * PositionBase + After.Column
        End If
    Next
    Best = -1
    Least = -1
    First = LBound(Table, 2)
    For Entry = LBound(Table, 1) To UBound(Table, 1)
        If Table(Entry, First + 1) = "?" Then
            Count = Count + 1
            At = CDbl(Table(Entry, First)) * 100000000# + CDbl(Table(Entry, First + 2))
            If At > Here And (Best < 0 Or At < Best) Then Best = At
            If Least < 0 Or At < Least Then Least = At
        End If
    Next
    If Best < 0 Then Best = Least
    If Best < 0 Then Exit Sub
    Sheet = Names(Int(Best / 100000000#))
    At = Best - Int(Best / 100000000#) * 100000000#
    Row = Int(At / PositionBase)
    Column = At - Row * CDbl(PositionBase)
End Sub
