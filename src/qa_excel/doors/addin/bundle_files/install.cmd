@echo off
rem qa-excel @VERSION@: installs for the person who is signed in; needs neither the internet nor an administrator.
rem The code is ASCII throughout: what it says in Thai stands in the folder "messages".
setlocal EnableExtensions DisableDelayedExpansion
set "SYS=%SystemRoot%\System32"
"%SYS%\chcp.com" 65001 >nul
title qa-excel @VERSION@
set "HERE=%~dp0"
set "PYTHONHOME="
set "PYTHONPATH="
set "PIP_CONFIG_FILE=nul"
set "PIP_REQUIRE_VIRTUALENV="
if not exist "%HERE%messages\start.txt" goto unpacked
call :say start

call "%HERE%home.cmd" make
if not defined QA_HOME goto folder
set "LOG=%LOCALAPPDATA%\qa-excel\install-log.txt"
echo qa-excel @VERSION@ >"%LOG%"
if not exist "%LOG%" goto folder

:excel
set "OPEN="
for /f "delims=," %%p in ('%SYS%\tasklist.exe /fi "imagename eq EXCEL.EXE" /fo csv /nh 2^>nul') do if /i "%%~p"=="EXCEL.EXE" set "OPEN=1"
if not defined OPEN goto python
call :say excel-open
pause >nul
goto excel

:python
set "PY="
call :look "HKCU\Software\Python\PythonCore\@TAG@\InstallPath"
call :look "HKLM\Software\Python\PythonCore\@TAG@\InstallPath"
call :try "%QA_HOME%\python\python.exe"
if not defined PY if exist "%HERE%python-setup.exe" call :setup
if not defined PY goto nopython
echo "%PY%" >>"%LOG%"

call :say copying
"%PY%" -I -m venv --clear "%QA_HOME%\env" >>"%LOG%" 2>&1
if errorlevel 1 goto failed
set "OWN=%QA_HOME%\env\Scripts\python.exe"
rem Each wheel must have the hash that it had when the bundle was made.
"%OWN%" -I -m pip --isolated install --no-index --find-links "%HERE%wheels" --require-hashes -r "%HERE%requirements.txt" --no-input --disable-pip-version-check --no-warn-script-location >>"%LOG%" 2>&1
if not errorlevel 1 goto installed
"%SYS%\find.exe" "DO NOT MATCH THE HASHES" "%LOG%" >nul
if not errorlevel 1 goto damaged
"%SYS%\find.exe" "No matching distribution found" "%LOG%" >nul
if not errorlevel 1 goto damaged
goto failed
:installed

rem A window in which the command "qa-excel" is known; with arguments, that command. No program is taken from the folder
rem that one happens to work in.
set "COMMAND=%QA_HOME%\qa-excel.cmd"
 >"%COMMAND%" echo @echo off
>>"%COMMAND%" echo setlocal
>>"%COMMAND%" echo set "NoDefaultCurrentDirectoryInExePath=1"
>>"%COMMAND%" echo set "PATH=%%~dp0;%%PATH%%"
>>"%COMMAND%" echo if "%%~1"=="" cd /d "%%USERPROFILE%%"
>>"%COMMAND%" echo if "%%~1"=="" "%%ComSpec%%" /k qa-excel --help
>>"%COMMAND%" echo if not "%%~1"=="" "%%~dp0env\Scripts\python.exe" -I -m qa_excel %%*

set "DONE="
"%OWN%" -I -m qa_excel addin install >"%QA_HOME%\result.txt" 2>&1
if not errorlevel 1 set "DONE=1"
if not defined DONE "%OWN%" -I -m qa_excel addin install --libreoffice >>"%QA_HOME%\result.txt" 2>&1
if not defined DONE if not errorlevel 1 set "DONE=1"
type "%QA_HOME%\result.txt"
type "%QA_HOME%\result.txt" >>"%LOG%"
if not defined DONE goto failed
call :say done
echo   %COMMAND%
echo.
call :show "%QA_HOME%\result.txt"
goto end

:unpacked
echo Extract the whole zip into a folder first, then double-click install.cmd in there.
goto bad

:folder
call :say folder
goto bad

:nopython
call :say no-python
goto bad

:damaged
call :say damaged
goto bad

:failed
call :say failed
call :show "%LOG%"
goto bad

:bad
if not defined QA_QUIET pause
endlocal
exit /b 1

:end
if not defined QA_QUIET pause
endlocal
exit /b 0

:say
echo.
type "%HERE%messages\%~1.txt"
echo.
exit /b 0

:show
if not defined QA_QUIET start "" "%SYS%\notepad.exe" "%~1"
exit /b 0

:look
if defined PY exit /b 0
for /f "tokens=2,*" %%a in ('%SYS%\reg.exe query "%~1" /v ExecutablePath 2^>nul') do call :try "%%b"
exit /b 0

rem A Python of the version that the packages are for, and not the Store's, which Excel can't start.
:try
if defined PY exit /b 0
if not exist "%~1" exit /b 0
set "TRIED=%~1"
if not "%TRIED:WindowsApps=%"=="%TRIED%" exit /b 0
"%~1" -I -c "import sys, struct, venv, ensurepip; sys.exit(not sys.version.startswith('@PYTHON@.') or struct.calcsize('P') * 8 != @BITS@)" 2>nul
if not errorlevel 1 set "PY=%~1"
exit /b 0

:setup
call :say python
start /wait "" "%HERE%python-setup.exe" /quiet InstallAllUsers=0 TargetDir="%QA_HOME%\python" Include_launcher=0 InstallLauncherAllUsers=0 AssociateFiles=0 Shortcuts=0 PrependPath=0 Include_doc=0 Include_test=0 Include_tcltk=0
call :try "%QA_HOME%\python\python.exe"
exit /b 0
