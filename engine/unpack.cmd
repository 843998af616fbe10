@echo off
rem unpack.cmd FOLDER: sets examsite up from this pack, without a network and without anything installed before.
"%~dp0programs\node.exe" "%~dp0engine\unpack.mjs" "%~dp0." %*
