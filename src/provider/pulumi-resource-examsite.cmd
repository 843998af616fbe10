@node "%~dp0..\..\engine\node.mjs" "%~dp0main.ts" %*
