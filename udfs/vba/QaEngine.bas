Attribute VB_Name = "QaEngine"
' Answers for cells: one call into Python for a workbook and generation, each cell picks its answer from it.
'
' A generation ends with each calculation and each change of a sheet, never by time. Procedures that other modules
' need are Subs, because a sheet could call a public Function as a formula.
Option Explicit
Option Private Module

Private Const FormPrefix As String = "qa-excel:"
Private Const CalculationEnd As String = ":calculation"
Private Const KeyArea As String = "A1:T20"
Private Const MaxRows As Long = 5000
Private Const MaxColumns As Long = 256
Private Const PositionBase As Long = 1024
Private Const SheetBase As Double = 1000000000#
Private Const MaxFailures As Long = 3
Private Const BookSlots As Long = 8
Private Const Slots As Long = 48

Private Const ValueError As Long = 2015
Private Const ReferenceError As Long = 2023
Private Const NumberError As Long = 2036
Private Const NotAvailableError As Long = 2042

' What Python answered for a workbook (the first slots) or a block: the values that it was handed, the names of their
' sheets, and the table that came back. Plain arrays, in which a table is read where it lies.
Private SlotSource(1 To Slots) As String
Private SlotGeneration(1 To Slots) As Long
Private SlotFailed(1 To Slots) As Boolean
Private SlotValues(1 To Slots) As Variant
Private SlotNames(1 To Slots) As Variant
Private SlotTable(1 To Slots) As Variant
Private NextBook As Long
Private NextBlock As Long
Private CurrentGeneration As Long
Private Failures As Long
Private Settling As Boolean

' --- What the functions ask ---

Public Sub AskWorkbook(ByRef Result As Variant, ByVal Asked As String, ByVal Codes As Variant)
    Dim Slot As Long, Key As String, Book As Object
    On Error GoTo Failure
    Result = CVErr(ValueError)
    TellCallingWorkbook Book
    If Book Is Nothing Then
        Result = CVErr(ReferenceError)
        Exit Sub
    End If
    Key = QuestionKey(Asked, Codes)
    If Key = "" Then Exit Sub
    WorkbookSlot Book, Slot
    CalculationAsks Book, CurrentGeneration
    If SlotFailed(Slot) Then Exit Sub
    If RowOf(Slot, Key) < 0 Then AskSingly Slot, Key, Asked
    Pick Result, Slot, Key
    Exit Sub
Failure:
    Result = CVErr(ValueError)
End Sub

Public Sub AskBlock(ByRef Result As Variant, ByVal Asked As String, ByVal Codes As Variant, ByVal Block As Variant)
    Dim Slot As Long, Key As String, Values As Variant, Source As String
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
    BlockSlot Source, Values, Slot
    If SlotFailed(Slot) Then Exit Sub
    Pick Result, Slot, Key
    Exit Sub
Failure:
    Result = CVErr(ValueError)
End Sub

' --- Generations ---

Public Sub NewGeneration()
    CurrentGeneration = CurrentGeneration + 1
    If CurrentGeneration > 2000000000 Then CurrentGeneration = 1
End Sub

' What the slots hold stays until they are taken again: nothing leads to it any more.
Public Sub ForgetAll()
    Dim Slot As Long
    For Slot = 1 To Slots
        SlotSource(Slot) = ""
    Next
    Failures = 0
    NewGeneration
End Sub

' A volatile function can run before a cell that it was not handed: then its answer rests on what stood there before.
Public Sub CalculationEnded()
    Dim Slot As Long, Moved As Boolean
    If Not Settling Then
        For Slot = 1 To BookSlots
            If SlotSource(Slot) <> "" And SlotGeneration(Slot) = CurrentGeneration And Not SlotFailed(Slot) Then
                If Not Moved Then Moved = InputsMoved(Slot)
            End If
        Next
    End If
    TakeBackCalculation
    NewGeneration
    If Moved Then
        Settling = True
        On Error Resume Next
        Application.Calculate
        On Error GoTo 0
        Settling = False
    End If
End Sub

Private Function InputsMoved(ByVal Slot As Long) As Boolean
    Dim Values As Variant, Names As Variant, Row As Long, First As Long, Sheet As Long, At As Long
    On Error GoTo Gone
    ReadForms Workbooks(SlotSource(Slot)), Values, Names
    InputsMoved = True
    If UBound(Values) <> UBound(SlotValues(Slot)) Then Exit Function
    First = LBound(SlotTable(Slot), 2)
    For Row = LBound(SlotTable(Slot), 1) To UBound(SlotTable(Slot), 1)
        If SlotTable(Slot)(Row, First + 1) = "@" Then
            Sheet = CLng(SlotTable(Slot)(Row, First))
            At = CLng(SlotTable(Slot)(Row, First + 2))
            If Not SameCell(Values(Sheet), SlotValues(Slot)(Sheet), At \ PositionBase, At Mod PositionBase) Then Exit Function
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

Private Sub WorkbookSlot(ByVal Book As Object, ByRef Slot As Long)
    Dim Values As Variant, Names As Variant, Fresh As Boolean, n As Long, Listening As Boolean, Restarted As Boolean
    Listen Listening, Restarted
    If Restarted Or Not Listening Then DoubtAll
    If Restarted Then ForgetAll
    Slot = 0
    For n = 1 To BookSlots
        If SlotSource(n) = Book.Name Then Slot = n
    Next
    If Slot > 0 Then
        Fresh = (SlotGeneration(Slot) = CurrentGeneration)
        ' Without events nothing ends a generation, so that the inputs themselves are asked.
        If Fresh And Not Listening And Not SlotFailed(Slot) Then Fresh = Not InputsMoved(Slot)
        If Fresh Then Exit Sub
    Else
        NextBook = NextBook Mod BookSlots + 1
        Slot = NextBook
    End If
    ' Marked before the sheets are read, so that a function cell that this calculates does not ask in turn.
    SlotSource(Slot) = Book.Name
    SlotGeneration(Slot) = CurrentGeneration
    SlotFailed(Slot) = True
    ReadForms Book, Values, Names
    SlotValues(Slot) = Values
    SlotNames(Slot) = Names
    Fetch Slot, "qa_excel_answers", Values
End Sub

Private Sub BlockSlot(ByVal Source As String, ByRef Values As Variant, ByRef Slot As Long)
    Dim n As Long
    For n = BookSlots + 1 To Slots
        If SlotSource(n) = Source Then
            If SameBlock(SlotValues(n), Values) And Not (SlotFailed(n) And SlotGeneration(n) <> CurrentGeneration) Then
                Slot = n
                Exit Sub
            End If
        End If
    Next
    NextBlock = NextBlock Mod (Slots - BookSlots) + 1
    Slot = BookSlots + NextBlock
    SlotSource(Slot) = Source
    SlotGeneration(Slot) = CurrentGeneration
    SlotFailed(Slot) = True
    SlotValues(Slot) = Values
    Fetch Slot, "qa_excel_block", Array(Source, Values)
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

Private Sub Fetch(ByVal Slot As Long, ByVal Entry As String, ByVal Arguments As Variant)
    Dim Table As Variant
    If Failures >= MaxFailures Then Exit Sub
    On Error GoTo Failure
    CallPython Table, Entry, Arguments
    SlotTable(Slot) = Table
    SlotFailed(Slot) = (UBound(Table, 2) < LBound(Table, 2) + 6)
    Failures = 0
    Exit Sub
Failure:
    Failures = Failures + 1
End Sub

' A question that the table does not hold, such as a code that nobody knows: its rows are put at the table's end.
Private Sub AskSingly(ByVal Slot As Long, ByVal Key As String, ByVal Asked As String)
    Dim Found As Variant, Table As Variant, Arguments As Variant, Parts As Variant
    Dim Row As Long, Column As Long, Last As Long, Added As Long, n As Long, Sheets As Long
    Parts = Split(Key, "|")
    Sheets = UBound(SlotValues(Slot))
    ReDim Arguments(0 To 4 + Sheets)
    Arguments(0) = Key
    Arguments(1) = Asked
    Arguments(2) = ""
    Arguments(3) = ""
    For n = 1 To UBound(Parts)
        Arguments(1 + n) = Parts(n)
    Next
    For n = 0 To Sheets
        Arguments(4 + n) = SlotValues(Slot)(n)
    Next
    CallPython Found, "qa_excel_answer", Arguments
    Last = UBound(SlotTable(Slot), 1)
    ' The first row only tells the version.
    Added = UBound(Found, 1) - LBound(Found, 1)
    ReDim Table(0 To Last - LBound(SlotTable(Slot), 1) + Added, 0 To 6)
    For Row = 0 To UBound(Table, 1) - Added
        For Column = 0 To 6
            Table(Row, Column) = SlotTable(Slot)(LBound(SlotTable(Slot), 1) + Row, LBound(SlotTable(Slot), 2) + Column)
        Next
    Next
    For Row = 1 To Added
        For Column = 0 To 6
            Table(UBound(Table, 1) - Added + Row, Column) = Found(LBound(Found, 1) + Row, LBound(Found, 2) + Column)
        Next
    Next
    SlotTable(Slot) = Table
End Sub

' --- Picking from the table ---

' The row of a question, -1 where the table does not hold it.
Private Function RowOf(ByVal Slot As Long, ByVal Key As String) As Long
    Dim Row As Long, First As Long
    RowOf = -1
    First = LBound(SlotTable(Slot), 2)
    For Row = LBound(SlotTable(Slot), 1) To UBound(SlotTable(Slot), 1)
        If SlotTable(Slot)(Row, First) = Key Then
            RowOf = Row
            If SlotTable(Slot)(Row, First + 1) = ">" Then RowOf = Row - CLng(SlotTable(Slot)(Row, First + 2))
            Exit Function
        End If
    Next
End Function

Private Sub Pick(ByRef Result As Variant, ByVal Slot As Long, ByVal Key As String)
    Dim Row As Long, First As Long, Height As Long, r As Long, c As Long, Grid As Variant
    Row = RowOf(Slot, Key)
    If Row < 0 Then Exit Sub
    First = LBound(SlotTable(Slot), 2)
    Select Case SlotTable(Slot)(Row, First + 1)
        Case "="
            Result = SlotTable(Slot)(Row, First + 2)
            If IsEmpty(Result) Or IsNull(Result) Then Result = CVErr(ValueError)
        Case "{"
            Height = CLng(SlotTable(Slot)(Row, First + 2))
            ReDim Grid(1 To Height, 1 To 5)
            For r = 1 To Height
                For c = 1 To 5
                    Grid(r, c) = SlotTable(Slot)(Row + r, First + 1 + c)
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
                    ' What the workbook works out itself is no form, and goes to nobody.
                    IsForm = Right$(Trim$(Top(Row, Column)), Len(CalculationEnd)) <> CalculationEnd
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

' --- For the ribbon and the events ---

Public Sub TellIfOurs(ByVal Book As Object, ByRef Ours As Boolean)
    Dim Sheet As Object
    Ours = False
    On Error Resume Next
    For Each Sheet In Book.Worksheets
        If IsForm(Sheet) Then Ours = True
        If Ours Then Exit For
    Next
End Sub

Public Sub TellVersion(ByVal Book As Object, ByRef Version As Variant)
    Dim Slot As Long
    Version = CVErr(ValueError)
    ForgetAll
    WorkbookSlot Book, Slot
    If Not SlotFailed(Slot) Then Pick Version, Slot, "qa_version"
End Sub

' The next empty input behind a cell, in the order of sheets, rows and columns, and how many there are: -1 where
' Python does not answer. The sheet is "" where none is empty.
Public Sub TellNextEmpty(ByVal Book As Object, ByVal After As Object, ByRef Sheet As String, ByRef Row As Long, _
        ByRef Column As Long, ByRef Count As Long)
    Dim Slot As Long, Entry As Long, First As Long, n As Long
    Dim At As Double, Here As Double, Best As Double, Least As Double
    Sheet = ""
    Count = 0
    NewGeneration
    WorkbookSlot Book, Slot
    If SlotFailed(Slot) Then
        Count = -1
        Exit Sub
    End If
    NewGeneration
    Here = -1
    For n = 0 To UBound(SlotNames(Slot))
        If SlotNames(Slot)(n) = After.Worksheet.Name Then
            Here = n * SheetBase + CDbl(After.Row) * PositionBase + After.Column
        End If
    Next
    Best = -1
    Least = -1
    First = LBound(SlotTable(Slot), 2)
    For Entry = LBound(SlotTable(Slot), 1) To UBound(SlotTable(Slot), 1)
        If SlotTable(Slot)(Entry, First + 1) = "?" Then
            Count = Count + 1
            At = CDbl(SlotTable(Slot)(Entry, First)) * SheetBase + CDbl(SlotTable(Slot)(Entry, First + 2))
            If At > Here And (Best < 0 Or At < Best) Then Best = At
            If Least < 0 Or At < Least Then Least = At
        End If
    Next
    If Best < 0 Then Best = Least
    If Best < 0 Then Exit Sub
    n = Int(Best / SheetBase)
    Sheet = SlotNames(Slot)(n)
    At = Best - n * SheetBase
    Row = Int(At / PositionBase)
    Column = At - Row * CDbl(PositionBase)
End Sub
