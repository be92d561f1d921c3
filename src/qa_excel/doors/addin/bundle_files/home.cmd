@echo off
rem qa-excel @VERSION@: called by install.cmd and remove.cmd, with "make" by the former. Tells in QA_HOME where the program
rem of the person who is signed in lies; leaves it undefined where there is no such folder.
rem
rem Excel starts Python with calls that know no Unicode: where this person's own folder has other than plain letters, the
rem program's lies below the drive. There anybody may make folders, so that none is taken that was there before: it is made
rem under a new name, closed to others, and known again by a mark that stands in it and in the person's own folder alone.
set "QA_HOME=%LOCALAPPDATA%\qa-excel"
if not exist "%QA_HOME%\" if "%~1"=="make" mkdir "%QA_HOME%" 2>nul
if not exist "%QA_HOME%\" set "QA_HOME="
if not defined QA_HOME exit /b 0
set "ODD="
for /f "delims=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\:._-() " %%c in ("%LOCALAPPDATA%") do set "ODD=1"
if not defined ODD exit /b 0

set "NOTE=%QA_HOME%\home.txt"
set "QA_HOME="
set "MARK="
set "FOUND="
if exist "%NOTE%" for /f "usebackq tokens=1,2 delims=*" %%a in ("%NOTE%") do set "QA_HOME=%%a" & set "MARK=%%b"
if not defined MARK set "QA_HOME="
if defined QA_HOME if exist "%QA_HOME%\mark.txt" set /p FOUND=<"%QA_HOME%\mark.txt"
if not "%FOUND%"=="%MARK%" set "QA_HOME="
if not "%~1"=="make" exit /b 0
for /l %%n in (1,1,9) do if not defined QA_HOME call :new
exit /b 0

:new
set "NEW=%SystemDrive%\qa-excel-%RANDOM%%RANDOM%"
set "MARK=%RANDOM%%RANDOM%%RANDOM%%RANDOM%"
ver >nul
mkdir "%NEW%" 2>nul
if errorlevel 1 exit /b 0
"%SystemRoot%\System32\icacls.exe" "%NEW%" /inheritance:r /grant:r "%USERDOMAIN%\%USERNAME%:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" >nul 2>nul
if errorlevel 1 rmdir "%NEW%" 2>nul
if not exist "%NEW%\" exit /b 0
rem Somebody may have been quick: what was put in before it was closed is not kept.
set "FOUND="
for /f "delims=" %%f in ('dir /b /a "%NEW%" 2^>nul') do set "FOUND=1"
if defined FOUND exit /b 0
>"%NEW%\mark.txt" echo %MARK%
>"%NOTE%" echo %NEW%*%MARK%
set "QA_HOME=%NEW%"
exit /b 0
