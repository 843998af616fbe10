# What is fetched over HTTP: files of the depot, and a WebDriver session on this PC.

# .NET 4.5 would offer TLS 1.0 only.
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

function Assert-Space([string]$Path, [long]$Bytes) {
    $free = (New-Object IO.DriveInfo ([IO.Path]::GetPathRoot($Path))).AvailableFreeSpace
    if ($free -lt $Bytes) { Stop-Call 'no-space' "$Bytes bytes wanted for '$Path', $free are free" @{ needed = $Bytes; free = $free } }
}

# Copies and hashes in one pass; more than was promised is not taken.
function Copy-Hashed([IO.Stream]$From, [string]$To, [long]$Limit) {
    $hash = New-Sha256
    $buffer = New-Object byte[] 262144
    $total = [long]0
    $file = New-Object IO.FileStream($To, [IO.FileMode]::Create, [IO.FileAccess]::Write, [IO.FileShare]::None)
    try {
        while (($count = $From.Read($buffer, 0, $buffer.Length)) -gt 0 -and $total -le $Limit) {
            $file.Write($buffer, 0, $count)
            [void]$hash.TransformBlock($buffer, 0, $count, $null, 0)
            $total += $count
        }
        [void]$hash.TransformFinalBlock($buffer, 0, 0)
        $file.Flush($true)
    }
    finally { $file.Dispose() }
    @{ bytes = $total; sha256 = ConvertTo-Hex $hash.Hash }
}

function Save-Url($File) {
    $path = Assert-Path $File.path
    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
    Assert-Space $path $File.size
    $part = "$path.part"
    # The timeout is for silence, not for the whole file.
    $response = Get-WebResponse (New-WebRequest $File.url 'GET' 60000)
    try {
        $status = [int]$response.StatusCode
        if ($status -eq 404) { Stop-Call 'not-found' "not in the depot: $($File.url)" @{ status = 404 } }
        if ($status -ne 200) { Stop-Call 'failed' "$($File.url) answers $status" @{ status = $status } }
        $got = Copy-Hashed $response.GetResponseStream() $part $File.size
        if ($got.sha256 -ne $File.sha256) {
            Stop-Call 'hash-mismatch' "$($File.url) is not what the lock says" @{ expected = $File.sha256; actual = $got.sha256; bytes = $got.bytes }
        }
        Move-FileOver $part $path
    }
    finally {
        $response.Close()
        [IO.File]::Delete($part)
    }
}

Primitive 'download' {
    param($a)
    $fetched = New-Object Collections.Generic.List[string]
    $bytes = [long]0
    foreach ($file in @($a.files)) {
        if ((Get-FileStat (Assert-Path $file.path) $true).sha256 -eq $file.sha256) { continue }
        Save-Url $file
        $fetched.Add($file.path)
        $bytes += $file.size
    }
    @{ fetched = $fetched; bytes = $bytes }
}

function Get-FreePort {
    $listener = New-Object Net.Sockets.TcpListener([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# One command of the WebDriver protocol; the reply is JSON whatever the status.
function Invoke-WebDriver([hashtable]$Session, [string]$Method, [string]$Path, $Body = $null) {
    $left = [int]($Session.timeoutMs - $Session.clock.ElapsedMilliseconds)
    if ($left -le 0) { Stop-Call 'timeout' 'the session took too long' }
    $request = New-WebRequest "http://127.0.0.1:$($Session.port)$Path" $Method $left
    if ($null -ne $Body) {
        $bytes = [Text.Encoding]::ASCII.GetBytes((ConvertTo-AsciiJson $Body))
        $request.ContentType = 'application/json; charset=utf-8'
        $stream = $request.GetRequestStream()
        try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
    }
    $response = Get-WebResponse $request
    $reader = New-Object IO.StreamReader($response.GetResponseStream(), [Text.Encoding]::UTF8)
    try { ConvertFrom-Json $reader.ReadToEnd() } finally { $reader.Dispose(); $response.Close() }
}

# A virus scanner may hold the first start back for half a minute, so it is asked until it answers.
function Wait-WebDriver([hashtable]$Session, [Diagnostics.Process]$Process) {
    while ($true) {
        if ($Process.HasExited) { Stop-Call 'failed' "the driver ended with $($Process.ExitCode)" }
        try { return (Invoke-WebDriver $Session 'GET' '/status').value }
        catch { if ($Session.clock.ElapsedMilliseconds -ge $Session.timeoutMs) { throw } }
        [Threading.Thread]::Sleep(200)
    }
}

function New-Capabilities($Arguments, [string]$UserData) {
    $options = @{ args = @(@($Arguments.args) + "--user-data-dir=$UserData") }
    if (-not ($options.args -match '^--headless')) { $options.args += '--headless' }
    if ($Arguments.browser) { $options['binary'] = $Arguments.browser }
    @{ capabilities = @{ alwaysMatch = @{ browserName = 'chrome'; 'goog:chromeOptions' = $options } } }
}

# 75.0.3770.140 (2d9f9748...): the part before the space.
function Get-FirstWord($Text) { if ($Text) { ([string]$Text).Split(' ')[0] } else { $null } }

function Use-WebDriver([hashtable]$Session, [Diagnostics.Process]$Process, $Arguments, $Seen) {
    $build = Get-Optional (Wait-WebDriver $Session $Process) 'build'
    if ($build) { $Seen.driverVersion = Get-FirstWord (Get-Optional $build 'version') }
    $reply = Invoke-WebDriver $Session 'POST' '/session' (New-Capabilities $Arguments $Session.userData)
    $id = Get-Optional $reply.value 'sessionId' (Get-Optional $reply 'sessionId')
    if (-not $id) { Stop-Call 'failed' ([string](Get-Optional $reply.value 'message' 'the driver gave no session')) }
    $capabilities = Get-Optional $reply.value 'capabilities' $reply.value
    $Seen.browserVersion = Get-Optional $capabilities 'browserVersion' (Get-Optional $capabilities 'version')
    $chrome = Get-Optional $capabilities 'chrome'
    if ($chrome) { $Seen.driverVersion = Get-FirstWord (Get-Optional $chrome 'chromedriverVersion') }
    $loaded = Invoke-WebDriver $Session 'POST' "/session/$id/url" @{ url = $Arguments.url }
    if ($loaded.value) { Stop-Call 'failed' ([string](Get-Optional $loaded.value 'message' 'the page did not load')) }
    $Seen.title = [string](Invoke-WebDriver $Session 'GET' "/session/$id/title").value
    [void](Invoke-WebDriver $Session 'DELETE' "/session/$id")
}

# The browser's processes let go of their files a moment after they were ended.
function Remove-Profile([string]$Path) {
    for ($try = 1; $try -le 10; $try++) {
        try { Remove-Tree $Path; return } catch { [Threading.Thread]::Sleep(300) }
    }
}

Primitive 'webdriver.session' {
    param($a)
    $seen = [ordered]@{ browserVersion = $null; driverVersion = $null; title = $null; error = $null }
    $session = @{ port = Get-FreePort; clock = [Diagnostics.Stopwatch]::StartNew(); timeoutMs = [int]$a.timeoutSec * 1000 }
    $session['userData'] = [IO.Path]::Combine([IO.Path]::GetTempPath(), 'examsite-' + [Guid]::NewGuid().ToString('N'))
    $process = $null
    try {
        $process = Start-Program $a.driver @("--port=$($session.port)")
        # Nobody reads what it says; a full pipe would stop it.
        [void]$process.StandardOutput.BaseStream.CopyToAsync([IO.Stream]::Null)
        [void]$process.StandardError.BaseStream.CopyToAsync([IO.Stream]::Null)
        Use-WebDriver $session $process $a $seen
    }
    catch { $seen.error = (ConvertTo-WireError $_).message }
    finally {
        if ($null -ne $process) { Stop-Tree $process.Id; $process.Dispose() }
        Remove-Profile $session.userData
    }
    $seen
}
