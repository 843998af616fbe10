# Programs, started without a shell.

$MaxOutput = 262144

# One command line out of many arguments, such that the C runtime of the program takes it apart into the same ones.
function Join-Arguments([string[]]$Arguments) {
    $quoted = foreach ($argument in $Arguments) {
        if ($argument -ne '' -and $argument -notmatch '[\s"]') { $argument; continue }
        # Backslashes count only before a quote: there, and before the closing one, they are doubled.
        $inner = [regex]::Replace($argument, '(\\*)"', '$1$1\"')
        '"' + [regex]::Replace($inner, '(\\+)\z', '$1$1') + '"'
    }
    @($quoted) -join ' '
}

# All three streams are ours: a child that inherited the channel's would read our requests and print between our answers.
function Start-Program([string]$Exe, [string[]]$Arguments) {
    # CreateProcess hands these to cmd.exe, which reads the arguments by rules of its own.
    if ($Exe -match '\.(bat|cmd)$') { Stop-Call 'bad-request' "a batch file is run by a shell: '$Exe'" }
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = $Exe
    $start.Arguments = Join-Arguments $Arguments
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    [Diagnostics.Process]::Start($start)
}

function Stop-Tree([int]$Id) {
    $kill = Start-Program 'taskkill.exe' @('/PID', "$Id", '/T', '/F')
    [void]$kill.WaitForExit(10000)
}

function New-Pipe([IO.Stream]$Stream) {
    @{ stream = $Stream; buffer = New-Object byte[] 32768; kept = New-Object IO.MemoryStream; task = $null; open = $true }
}

# Takes what has arrived and asks for more. Beyond the limit it still reads, so that the program does not block.
function Receive-Pipe([hashtable]$Pipe) {
    if ($null -ne $Pipe.task) {
        $count = $Pipe.task.Result
        $Pipe.open = $count -gt 0
        $room = [Math]::Min($count, $script:MaxOutput - [int]$Pipe.kept.Length)
        if ($room -gt 0) { $Pipe.kept.Write($Pipe.buffer, 0, $room) }
    }
    if ($Pipe.open) { $Pipe.task = $Pipe.stream.ReadAsync($Pipe.buffer, 0, $Pipe.buffer.Length) }
}

# Writes in the background, for a program may answer before it has read everything.
function New-Feed([IO.Stream]$Stream, [string]$Text) {
    $bytes = [Text.Encoding]::UTF8.GetBytes($Text)
    @{ stream = $Stream; task = $Stream.WriteAsync($bytes, 0, $bytes.Length) }
}

# A program need not read its input: then its end of the pipe is gone, and that is no error.
function Close-Feed([hashtable]$Feed) {
    if ($null -eq $Feed.task -or -not $Feed.task.IsCompleted) { return }
    $Feed.task = $null
    try { $Feed.stream.Close() } catch [IO.IOException] { return }
}

# Reads until the streams end. Two seconds after the program itself has ended is enough: a service it started may hold them for ever.
function Read-Pipes([Diagnostics.Process]$Process, [hashtable]$Feed, [hashtable[]]$Pipes, [int]$TimeoutSec) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $ended = $null
    foreach ($pipe in $Pipes) { Receive-Pipe $pipe }
    while ($true) {
        Close-Feed $Feed
        $open = @($Pipes | Where-Object { $_.open })
        if ($open.Count -eq 0 -and $Process.WaitForExit(100)) { return }
        if ($open.Count -gt 0) {
            [Threading.Tasks.Task[]]$tasks = @($open | ForEach-Object { $_.task })
            [void][Threading.Tasks.Task]::WaitAny($tasks, 100)
            foreach ($pipe in $open) { if ($pipe.task.IsCompleted) { Receive-Pipe $pipe } }
        }
        if ($null -eq $ended -and $Process.HasExited) { $ended = $clock.ElapsedMilliseconds }
        if ($null -ne $ended -and $clock.ElapsedMilliseconds - $ended -gt 2000) { return }
        if ($null -eq $ended -and $clock.Elapsed.TotalSeconds -ge $TimeoutSec) {
            Stop-Tree $Process.Id
            Stop-Call 'timeout' "still running after $TimeoutSec s, and stopped: $($Process.StartInfo.FileName)" @{ timeoutSec = $TimeoutSec }
        }
    }
}

# UTF-8 where it is valid, else the machine's OEM code page (936 on a Chinese one), which is what console programs print.
function ConvertFrom-Output([IO.MemoryStream]$Kept) {
    $bytes = $Kept.ToArray()
    $length = $bytes.Length
    # A character that the limit cut through would make all of it invalid.
    if ($length -ge $script:MaxOutput) {
        while ($length -gt 0 -and ($bytes[$length - 1] -band 0xC0) -eq 0x80) { $length-- }
        if ($length -gt 0 -and $bytes[$length - 1] -ge 0xC0) { $length-- }
    }
    try { return (New-Object Text.UTF8Encoding($false, $true)).GetString($bytes, 0, $length) }
    catch { return [Text.Encoding]::GetEncoding([Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage).GetString($bytes) }
}

function Invoke-Program([string]$Exe, [string[]]$Arguments, [string]$Stdin = '', [int]$TimeoutSec = 60) {
    $process = Start-Program $Exe $Arguments
    try {
        $pipes = @((New-Pipe $process.StandardOutput.BaseStream), (New-Pipe $process.StandardError.BaseStream))
        Read-Pipes $process (New-Feed $process.StandardInput.BaseStream $Stdin) $pipes $TimeoutSec
        # As Windows' documents write it: 0xC0000135 and not a negative number.
        $code = [BitConverter]::ToUInt32([BitConverter]::GetBytes($process.ExitCode), 0)
        return [ordered]@{ exitCode = $code; stdout = ConvertFrom-Output $pipes[0].kept; stderr = ConvertFrom-Output $pipes[1].kept }
    }
    finally { $process.Dispose() }
}

Primitive 'process.run' {
    param($a)
    $result = Invoke-Program $a.exe @($a.args) ([string](Get-Optional $a 'stdin' '')) ([int]$a.timeoutSec)
    $expected = @(Get-Optional $a 'expectExit' @())
    if ($expected.Count -gt 0 -and $expected -notcontains $result.exitCode) {
        Stop-Call 'failed' "$($a.exe) ended with $($result.exitCode)" ([hashtable]$result)
    }
    $result
}

Primitive 'process.list' {
    param($a)
    $names = New-Object 'Collections.Generic.SortedSet[string]' ([StringComparer]::Ordinal)
    Get-WmiObject -Class Win32_Process -Property Name | ForEach-Object { [void]$names.Add($_.Name) }
    @{ names = $names }
}
