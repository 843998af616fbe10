# Conversations with servers, all of a call at once: started together, then looked at in turn until each has its end. No threads: a runspace pool
# takes longer to start than most servers to answer.

function New-Talk($Spec) {
    $talk = @{
        spec = $Spec; stage = 'done'; outcome = 'unreachable'; detail = ''; resolved = $null; socket = $null; connecting = $null
        received = New-Object IO.MemoryStream
        until = [DateTime]::UtcNow.AddMilliseconds([int]$Spec.timeoutMs)
    }
    try { Start-Talk $talk } catch { Stop-Talk $talk 'unreachable' ($_.Exception.GetBaseException()) }
    $talk
}

function Stop-Talk($Talk, [string]$Outcome, $Cause) {
    $Talk.stage = 'done'
    $Talk.outcome = $Outcome
    if ($Cause -is [Net.Sockets.SocketException]) {
        $code = [string]$Cause.SocketErrorCode
        if (@('ConnectionRefused', 'ConnectionReset') -contains $code -and $Outcome -eq 'unreachable') { $Talk.outcome = 'refused' }
        if ($code -eq 'TimedOut' -and $Outcome -eq 'unreachable') { $Talk.outcome = 'silent' }
        $Talk.detail = $code
    }
    elseif ($Cause -is [Exception]) { $Talk.detail = $Cause.Message }
    else { $Talk.detail = [string]$Cause }
    if ($Talk.received.Length -gt 0) { $Talk.outcome = 'answered' }
    if ($null -ne $Talk.socket) { $Talk.socket.Close() }
}

function Get-TalkAddress($Talk) {
    $address = $null
    if ([Net.IPAddress]::TryParse([string]$Talk.spec.address, [ref]$address)) { return $address }
    $looking = [Net.Dns]::BeginGetHostAddresses([string]$Talk.spec.address, $null, $null)
    if (-not $looking.AsyncWaitHandle.WaitOne([int]$Talk.spec.timeoutMs)) { throw (New-Object TimeoutException 'the name was not resolved in time') }
    @([Net.Dns]::EndGetHostAddresses($looking))[0]
}

function Start-Talk($Talk) {
    $address = Get-TalkAddress $Talk
    $Talk.resolved = $address.ToString()
    $kind = [string]$Talk.spec.protocol
    $end = New-Object Net.IPEndPoint($address, [int]$Talk.spec.port)
    if ($kind -eq 'tcp') {
        $Talk.socket = New-Object Net.Sockets.Socket($address.AddressFamily, [Net.Sockets.SocketType]::Stream, [Net.Sockets.ProtocolType]::Tcp)
        $Talk.connecting = $Talk.socket.BeginConnect($end, $null, $null)
        $Talk.stage = 'connecting'
        return
    }
    if ($kind -eq 'udp') {
        $Talk.socket = New-Object Net.Sockets.Socket($address.AddressFamily, [Net.Sockets.SocketType]::Dgram, [Net.Sockets.ProtocolType]::Udp)
    }
    else {
        $Talk.socket = New-Object Net.Sockets.Socket($address.AddressFamily, [Net.Sockets.SocketType]::Raw, [Net.Sockets.ProtocolType][int]$kind)
    }
    $Talk.socket.Connect($end)
    [void]$Talk.socket.Send([Convert]::FromBase64String([string]$Talk.spec.send))
    $Talk.stage = 'receiving'
}

function Step-Talk($Talk) {
    $late = [DateTime]::UtcNow -ge $Talk.until
    if ($Talk.stage -eq 'connecting') {
        if (-not $Talk.connecting.IsCompleted) {
            if ($late) { Stop-Talk $Talk 'silent' 'no answer in time' }
            return
        }
        $Talk.socket.EndConnect($Talk.connecting)
        $bytes = [Convert]::FromBase64String([string]$Talk.spec.send)
        if ($bytes.Length -gt 0) { [void]$Talk.socket.Send($bytes) }
        $Talk.stage = 'receiving'
        if ([int]$Talk.spec.receiveBytes -eq 0) { Stop-Talk $Talk 'connected' '' }
        return
    }
    $stream = [string]$Talk.spec.protocol -eq 'tcp'
    if ($Talk.socket.Poll(0, [Net.Sockets.SelectMode]::SelectRead)) {
        $block = New-Object byte[] 16384
        $count = $Talk.socket.Receive($block)
        $Talk.received.Write($block, 0, $count)
        if ($count -eq 0) { Stop-Talk $Talk 'connected' 'closed' }
        elseif (-not $stream -or $Talk.received.Length -ge [int]$Talk.spec.receiveBytes) { Stop-Talk $Talk 'answered' '' }
    }
    elseif ($late) {
        if ($stream) { Stop-Talk $Talk 'connected' 'no more in time' } else { Stop-Talk $Talk 'silent' 'no answer in time' }
    }
}

function Invoke-Talks($Specs) {
    $talks = @(foreach ($spec in $Specs) { New-Talk $spec })
    while (@($talks | Where-Object { $_.stage -ne 'done' }).Count -gt 0) {
        foreach ($talk in $talks) {
            if ($talk.stage -eq 'done') { continue }
            $outcome = 'unreachable'
            if ($talk.stage -eq 'receiving' -and [string]$talk.spec.protocol -eq 'tcp') { $outcome = 'connected' }
            try { Step-Talk $talk } catch { Stop-Talk $talk $outcome ($_.Exception.GetBaseException()) }
        }
        [Threading.Thread]::Sleep(5)
    }
    foreach ($talk in $talks) {
        $bytes = $talk.received.ToArray()
        $length = [Math]::Min($bytes.Length, [Math]::Min([int]$talk.spec.receiveBytes, 65536))
        [ordered]@{
            outcome = $talk.outcome; received = [Convert]::ToBase64String($bytes, 0, $length); resolved = $talk.resolved; detail = $talk.detail
        }
    }
}

Primitive 'net.exchange' {
    param($a)
    @{ results = [object[]]@(Invoke-Talks @($a.exchanges)) }
}

Primitive 'net.ping' {
    param($a)
    $pings = @(foreach ($address in @($a.addresses)) {
            $ping = New-Object Net.NetworkInformation.Ping
            @{ ping = $ping; sent = $ping.SendPingAsync([string]$address, [int]$a.timeoutMs) }
        })
    $results = foreach ($one in $pings) {
        try {
            $reply = $one.sent.GetAwaiter().GetResult()
            @{ answered = ($reply.Status -eq 'Success'); detail = [string]$reply.Status }
        }
        catch { @{ answered = $false; detail = $_.Exception.GetBaseException().Message } }
        finally { $one.ping.Dispose() }
    }
    @{ results = [object[]]@($results) }
}
