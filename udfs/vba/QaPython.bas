Attribute VB_Name = "QaPython"
' The way into Python: the server of functions that xlwings' DLL starts and keeps.
'
' Cut down from the VBA module of xlwings, Copyright (C) 2014 - present, Zoomer Analytics GmbH, BSD 3-clause licence
' (see udfs/LICENSE-xlwings.txt). The interpreter is named in this add-in's own sheet; nothing is taken from the
' active workbook, its folder or the environment, and Python is handed values alone, never a workbook.
Option Explicit
Option Private Module

#If VBA7 Then
    Private Declare PtrSafe Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal FileName As String) As LongPtr
    #If Win64 Then
        Private Const DllName As String = "xlwings64-0.37.8.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal Mode As Long = 1) As Long
    #Else
        Private Const DllName As String = "xlwings32-0.37.8.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal Mode As Long = 1) As Long
    #End If
#Else
    Private Const DllName As String = "xlwings32-0.37.8.dll"
    Private Declare Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal FileName As String) As Long
    Private Declare Function XLPyDLLActivateAuto Lib "xlwings32-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal Mode As Long = 1) As Long
#End If

Private Const ModuleName As String = "qa_excel_udfs"

' One of the module's entries. A server that has died is started anew, once.
Public Sub CallPython(ByRef Result As Variant, ByVal Entry As String, ByVal Arguments As Variant)
    On Error GoTo Again
    Result = XLPy.CallUDF(ModuleName, Entry, Arguments)
    Exit Sub
Again:
    Resume Restart
Restart:
    On Error GoTo 0
    StopPython
    Result = XLPy.CallUDF(ModuleName, Entry, Arguments)
End Sub

Public Sub StopPython()
    Dim CommandLine As String, Unused As Variant
    On Error GoTo NothingToStop
    TellStartCommand CommandLine
    LoadDll
    If XLPyDLLActivateAuto(Unused, CommandLine, -1) <> 0 Then Err.Clear
NothingToStop:
End Sub

Private Function XLPy() As Variant
    Dim CommandLine As String
    TellStartCommand CommandLine
    LoadDll
    If 0 <> XLPyDLLActivateAuto(XLPy, CommandLine, 1) Then Err.Raise 1000, Description:=XLPy
End Function

' The DLL is loaded by its full path before any Declare names it: Windows would look for it elsewhere too.
Private Sub LoadDll()
    Dim Interpreter As String, Folder As String
    TellInterpreter Interpreter
    Folder = Left$(Interpreter, InStrRev(Interpreter, "\"))
    If LoadLibrary(Folder & DllName) = 0 Then
        ' In a virtual environment it lies one folder up.
        Folder = Left$(Folder, InStrRev(Folder, "\", Len(Folder) - 1))
        If LoadLibrary(Folder & DllName) = 0 Then Err.Raise 1001, Description:="Could not load " & DllName
    End If
End Sub

Public Sub TellDll(ByRef Path As String)
    Dim Interpreter As String
    TellInterpreter Interpreter
    Path = Left$(Interpreter, InStrRev(Interpreter, "\")) & DllName
End Sub
