Attribute VB_Name = "QaCaller"
' Which workbook asks: never the active one, which can be another school's.
Option Explicit
Option Private Module

' Nothing where no cell asks.
Public Sub TellCallingWorkbook(ByRef Book As Object)
    Set Book = Nothing
    If TypeName(Application.Caller) = "Range" Then Set Book = Application.Caller.Worksheet.Parent
End Sub
