@echo off
rem Right-click this file and choose "Run as administrator". prepare-pc.cmd -Undo takes everything back.
powershell.exe -NoLogo -NoProfile -ExecutionPolicy Bypass -File "%~dp0prepare-pc.ps1" %*
set code=%ERRORLEVEL%
pause
exit /b %code%
