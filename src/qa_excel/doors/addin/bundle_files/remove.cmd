@echo off
rem qa-excel @VERSION@: removes what install.cmd installed. Workbooks are not touched.
setlocal EnableExtensions DisableDelayedExpansion
set "SYS=%SystemRoot%\System32"
"%SYS%\chcp.com" 65001 >nul
title qa-excel @VERSION@
set "HERE=%~dp0"
set "PYTHONHOME="
set "PYTHONPATH="
call "%HERE%home.cmd"

:excel
set "OPEN="
for /f "delims=," %%p in ('%SYS%\tasklist.exe /fi "imagename eq EXCEL.EXE" /fo csv /nh 2^>nul') do if /i "%%~p"=="EXCEL.EXE" set "OPEN=1"
if not defined OPEN goto remove
call :say excel-open
pause >nul
goto excel

:remove
if not defined QA_HOME goto addin
set "OWN=%QA_HOME%\env\Scripts\python.exe"
if exist "%OWN%" "%OWN%" -I -m qa_excel addin remove
if exist "%OWN%" "%OWN%" -I -m qa_excel addin remove --libreoffice >nul 2>nul
if exist "%QA_HOME%\python\python.exe" if exist "%HERE%python-setup.exe" start /wait "" "%HERE%python-setup.exe" /uninstall /quiet
if exist "%QA_HOME%\" rmdir /s /q "%QA_HOME%"
if exist "%QA_HOME%\" goto left
:addin
if exist "%LOCALAPPDATA%\qa-excel\" rmdir /s /q "%LOCALAPPDATA%\qa-excel"
if exist "%APPDATA%\Microsoft\Excel\XLSTART\qa_excel.xlam" del /q "%APPDATA%\Microsoft\Excel\XLSTART\qa_excel.xlam"
if exist "%APPDATA%\Microsoft\Excel\XLSTART\qa_excel.xlam" goto left
call :say removed
if not defined QA_QUIET pause
endlocal
exit /b 0

:left
call :say not-removed
if not defined QA_QUIET pause
endlocal
exit /b 1

:say
echo.
type "%HERE%messages\%~1.txt"
echo.
exit /b 0
