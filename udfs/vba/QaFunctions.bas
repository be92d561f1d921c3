Attribute VB_Name = "QaFunctions"
' The functions that cells call: the only procedures of this add-in that a sheet can reach.
' A function that reads the calling workbook is volatile; one that was handed its block is tracked by Excel.
Option Explicit

Public Function ONESQA_SCORE(indicator As Variant, Optional answers As Variant) As Variant
    Dim Result As Variant
    Application.Volatile IsMissing(answers)
    If IsMissing(answers) Then
        AskWorkbook Result, "ONESQA_SCORE", Array(indicator)
    Else
        AskBlock Result, "ONESQA_SCORE", Array(indicator), answers
    End If
    ONESQA_SCORE = Result
End Function

Public Function ONESQA_GROSS(indicator As Variant, Optional answers As Variant) As Variant
    Dim Result As Variant
    Application.Volatile IsMissing(answers)
    If IsMissing(answers) Then
        AskWorkbook Result, "ONESQA_GROSS", Array(indicator)
    Else
        AskBlock Result, "ONESQA_GROSS", Array(indicator), answers
    End If
    ONESQA_GROSS = Result
End Function

Public Function ONESQA_DEDUCTION(indicator As Variant, Optional answers As Variant) As Variant
    Dim Result As Variant
    Application.Volatile IsMissing(answers)
    If IsMissing(answers) Then
        AskWorkbook Result, "ONESQA_DEDUCTION", Array(indicator)
    Else
        AskBlock Result, "ONESQA_DEDUCTION", Array(indicator), answers
    End If
    ONESQA_DEDUCTION = Result
End Function

Public Function ONESQA_POINTS(indicator As Variant, criterion As Variant, Optional answers As Variant) As Variant
    Dim Result As Variant
    Application.Volatile IsMissing(answers)
    If IsMissing(answers) Then
        AskWorkbook Result, "ONESQA_POINTS", Array(indicator, criterion)
    Else
        AskBlock Result, "ONESQA_POINTS", Array(indicator, criterion), answers
    End If
    ONESQA_POINTS = Result
End Function

Public Function ONESQA_AREA_SCORE(area As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    AskWorkbook Result, "ONESQA_AREA_SCORE", Array(area)
    ONESQA_AREA_SCORE = Result
End Function

Public Function ONESQA_TOTAL() As Variant
    Dim Result As Variant
    Application.Volatile True
    AskWorkbook Result, "ONESQA_TOTAL", Array()
    ONESQA_TOTAL = Result
End Function

Public Function ONESQA_MAX(code As Variant) As Variant
    Dim Result As Variant
    AskWorkbook Result, "ONESQA_MAX", Array(code)
    ONESQA_MAX = Result
End Function

Public Function ONESQA_NAME(code As Variant) As Variant
    Dim Result As Variant
    AskWorkbook Result, "ONESQA_NAME", Array(code)
    ONESQA_NAME = Result
End Function

Public Function ONESQA_MISSING(Optional indicator As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    If IsMissing(indicator) Then
        AskWorkbook Result, "ONESQA_MISSING", Array()
    Else
        AskWorkbook Result, "ONESQA_MISSING", Array(indicator)
    End If
    ONESQA_MISSING = Result
End Function

Public Function ONESQA_WHY(indicator As Variant, Optional criterion As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    If IsMissing(criterion) Then
        AskWorkbook Result, "ONESQA_WHY", Array(indicator)
    Else
        AskWorkbook Result, "ONESQA_WHY", Array(indicator, criterion)
    End If
    ONESQA_WHY = Result
End Function

Public Function ONESQA_EXPLAIN(indicator As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    AskWorkbook Result, "ONESQA_EXPLAIN", Array(indicator)
    ONESQA_EXPLAIN = Result
End Function

Public Function IQA_PROGRESS(process As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    AskWorkbook Result, "IQA_PROGRESS", Array(process)
    IQA_PROGRESS = Result
End Function

Public Function IQA_STATUS(item As Variant) As Variant
    Dim Result As Variant
    Application.Volatile True
    AskWorkbook Result, "IQA_STATUS", Array(item)
    IQA_STATUS = Result
End Function

Public Function QA_VERSION() As Variant
    Dim Result As Variant
    AskWorkbook Result, "QA_VERSION", Array()
    QA_VERSION = Result
End Function
