# Does something answer? No answer is an observation, never an error.

function New-Probe([bool]$Answered, [string]$Detail = '', $Status = $null, [string[]]$Addresses = @()) {
    [ordered]@{ answered = $Answered; detail = $Detail; status = $Status; addresses = $Addresses }
}

# The hardware address behind an IPv4 address of this network, asked anew: what the cache still holds may be unplugged. Of arp.exe's
# localised table only the two addresses are read.
function Get-Neighbour([string]$Address, [int]$TimeoutMs) {
    [void](Invoke-Program 'arp.exe' @('-d', $Address) '' 10)
    # The answer to the ping itself does not matter: a firewall may eat it, but not the one to the ARP request before it.
    try { [void](New-Object Net.NetworkInformation.Ping).Send($Address, $TimeoutMs) } catch [Net.NetworkInformation.PingException] { return $null }
    $table = (Invoke-Program 'arp.exe' @('-a', $Address) '' 10).stdout
    $found = [regex]::Match($table, '(?mi)^\s*' + [regex]::Escape($Address) + '\s+((?:[0-9a-f]{2}-){5}[0-9a-f]{2})\s')
    if (-not $found.Success -or $found.Groups[1].Value -eq '00-00-00-00-00-00') { return $null }
    $found.Groups[1].Value.Replace('-', ':').ToLowerInvariant()
}

function Split-Endpoint([string]$Text, [int]$DefaultPort) {
    $found = [regex]::Match($Text, '^([^:\s]+)(?::(\d{1,5}))?$')
    $port = $DefaultPort
    if ($found.Groups[2].Success) { $port = [int]$found.Groups[2].Value }
    if (-not $found.Success -or $port -eq 0) { Stop-Call 'bad-request' "expected host:port, got '$Text'" }
    @{ host = $found.Groups[1].Value; port = $port }
}

function Test-Arp([string]$Address, [int]$TimeoutMs) {
    $neighbour = Get-Neighbour $Address $TimeoutMs
    if ($neighbour) { New-Probe $true $neighbour } else { New-Probe $false "nobody answers for $Address" }
}

function Test-Tcp([string]$Target, [int]$TimeoutMs) {
    $to = Split-Endpoint $Target 0
    $client = New-Object Net.Sockets.TcpClient
    try {
        $connecting = $client.BeginConnect($to.host, $to.port, $null, $null)
        if (-not $connecting.AsyncWaitHandle.WaitOne($TimeoutMs)) { return New-Probe $false "no answer in $TimeoutMs ms" }
        $client.EndConnect($connecting)
        return New-Probe $true 'connected'
    }
    catch { return New-Probe $false ($_.Exception.GetBaseException().Message) }
    finally { $client.Close() }
}

# Without the proxy of whoever is logged on: the question is what this PC reaches.
function New-WebRequest([string]$Url, [string]$Method, [int]$TimeoutMs) {
    $request = [Net.WebRequest]::Create($Url) -as [Net.HttpWebRequest]
    if ($null -eq $request) { Stop-Call 'bad-request' "not an http address: '$Url'" }
    $request.Method = $Method
    $request.Proxy = $null
    $request.AllowAutoRedirect = $false
    $request.Timeout = $TimeoutMs
    $request.ReadWriteTimeout = $TimeoutMs
    $request
}

# The response, whatever its status; only no response at all is thrown.
function Get-WebResponse([Net.HttpWebRequest]$Request) {
    try { $Request.GetResponse() }
    catch {
        $cause = $_.Exception.GetBaseException()
        for ($at = $_.Exception; $null -ne $at; $at = $at.InnerException) { if ($at -is [Net.WebException]) { $cause = $at } }
        if ($cause -is [Net.WebException] -and $null -ne $cause.Response) { return $cause.Response }
        if ($cause -is [Net.WebException] -and $cause.Status -eq 'Timeout') { Stop-Call 'timeout' $cause.Message }
        Stop-Call 'no-answer' $cause.Message
    }
}

function Test-Http([string]$Url, [int]$TimeoutMs) {
    $request = New-WebRequest $Url 'GET' $TimeoutMs
    try { $response = Get-WebResponse $request } catch { return New-Probe $false ($_.Exception.GetBaseException().Message) }
    $status = [int]$response.StatusCode
    $response.Close()
    New-Probe $true "HTTP $status" $status
}

# A question for A records, by hand: Resolve-DnsName is not on Windows 7, and nslookup is localised.
function New-DnsQuestion([string]$Name, [uint16]$Id) {
    $bytes = New-Object Collections.Generic.List[byte]
    foreach ($byte in ($Id -shr 8), ($Id -band 255), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) { $bytes.Add($byte) }
    foreach ($label in (New-Object Globalization.IdnMapping).GetAscii($Name.TrimEnd('.')).Split('.')) {
        $bytes.Add($label.Length)
        $bytes.AddRange([Text.Encoding]::ASCII.GetBytes($label))
    }
    foreach ($byte in 0, 0, 1, 0, 1) { $bytes.Add($byte) }
    , $bytes.ToArray()
}

# Past a name: labels, or a pointer of two bytes.
function Skip-DnsName([byte[]]$Bytes, [int]$At) {
    while ($Bytes[$At] -ne 0) {
        if ($Bytes[$At] -ge 192) { return $At + 2 }
        $At += 1 + $Bytes[$At]
    }
    $At + 1
}

function Read-DnsAddresses([byte[]]$Bytes) {
    $count = $Bytes[6] * 256 + $Bytes[7]
    $at = (Skip-DnsName $Bytes 12) + 4
    for ($i = 0; $i -lt $count; $i++) {
        $at = Skip-DnsName $Bytes $at
        $length = $Bytes[$at + 8] * 256 + $Bytes[$at + 9]
        if ($Bytes[$at] -eq 0 -and $Bytes[$at + 1] -eq 1 -and $length -eq 4) { $Bytes[($at + 10)..($at + 13)] -join '.' }
        $at += 10 + $length
    }
}

function Test-Dns([string]$Name, [string]$Server, [int]$TimeoutMs) {
    $to = Split-Endpoint $Server 53
    $id = Get-Random -Minimum 1 -Maximum 65535
    $question = New-DnsQuestion $Name $id
    $client = New-Object Net.Sockets.UdpClient
    try {
        $client.Client.ReceiveTimeout = $TimeoutMs
        $client.Connect($to.host, $to.port)
        [void]$client.Send($question, $question.Length)
        $from = New-Object Net.IPEndPoint([Net.IPAddress]::Any, 0)
        $reply = $client.Receive([ref]$from)
        if ($reply.Length -lt 12 -or $reply[0] * 256 + $reply[1] -ne $id) { return New-Probe $false 'not an answer to the question' }
        $addresses = [string[]]@(Read-DnsAddresses $reply)
        $code = $reply[3] -band 15
        return New-Probe $true "response code $code" $null $addresses
    }
    catch { return New-Probe $false ($_.Exception.GetBaseException().Message) }
    finally { $client.Close() }
}

function Invoke-Probe($Arguments) {
    switch ([string]$Arguments.kind) {
        'arp' { return Test-Arp $Arguments.target $Arguments.timeoutMs }
        'tcp' { return Test-Tcp $Arguments.target $Arguments.timeoutMs }
        'http' { return Test-Http $Arguments.target $Arguments.timeoutMs }
        'dns' { return Test-Dns $Arguments.target $Arguments.server $Arguments.timeoutMs }
    }
    Stop-Call 'bad-request' "no probe of kind '$($Arguments.kind)'"
}

Primitive 'net.probe' {
    param($a)
    $result = Invoke-Probe $a
    if (-not $result.answered -and (Get-Optional $a 'mustAnswer' $false)) {
        Stop-Call 'no-answer' "$($a.target): $($result.detail)" @{ target = $a.target }
    }
    $result
}
