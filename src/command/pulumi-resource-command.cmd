@for /f "delims=" %%n in ('node "%~dp0..\..\engine\which-node.mjs"') do @"%%n" "%~dp0main.ts" %*
