# The Windows agent: the primitives of src/core/primitives.ts in Windows PowerShell 5.1, for Windows 10 and Windows 7 SP1.
# The files of this folder are joined into one source (../source.ts) that runs in two ways: dot-sourced from the controller's channel
# (nothing on disk; see ../channel.ts), or as a file for what has to outlive a session: -Job, and for -Register and -Unregister.
# -For names the copy and the machine that are registered: it is not looked at, but a command line that changes with them is run again.
# It decides nothing that TypeScript could decide. ASCII only: 5.1 reads a file without a mark in the machine's code page.
param([string]$Job = '', [switch]$Register, [string]$For = '', [switch]$Unregister)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
# Progress bars and warnings of cmdlets would come out as CLIXML on stderr.
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

$Primitives = @{}
$BaseFolder = 'C:\ProgramData\examsite'
# The text that is running, for a job to run again: from its file, or from the channel's $b.
$AgentBytes = $null
if ($PSCommandPath) { $AgentBytes = [IO.File]::ReadAllBytes($PSCommandPath) }
else {
    if (Test-Path -LiteralPath 'Variable:\b') { $AgentBytes = (Get-Variable -Name 'b').Value }
    # A built-in alias, of Invoke-History. Aliases are looked up before functions, so it would take every request of ours.
    if (Test-Path -LiteralPath 'Alias:\r') { Remove-Item -LiteralPath 'Alias:\r' -Force }
}

function Primitive([string]$Name, [scriptblock]$Body) { $script:Primitives[$Name] = $Body }

# Our own writer: ConvertTo-Json of 5.1 leaves non-ASCII as it is, wraps some arrays as { value, Count } and cuts what is deep.
function ConvertTo-AsciiJson($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $Value.ToString().ToLowerInvariant() }
    if ($Value -is [string] -or $Value -is [char]) { return ConvertTo-JsonString ([string]$Value) }
    if ($Value -is [Collections.IDictionary]) {
        # The enumerator, because .Keys of a dictionary that has an entry of that name is the entry.
        $members = foreach ($entry in $Value.GetEnumerator()) {
            (ConvertTo-JsonString ([string]$entry.Key)) + ':' + (ConvertTo-AsciiJson $entry.Value)
        }
        return '{' + (@($members) -join ',') + '}'
    }
    if ($Value -is [Management.Automation.PSCustomObject]) {
        $members = foreach ($member in $Value.PSObject.Properties) {
            (ConvertTo-JsonString $member.Name) + ':' + (ConvertTo-AsciiJson $member.Value)
        }
        return '{' + (@($members) -join ',') + '}'
    }
    if ($Value -is [Collections.IEnumerable]) {
        $items = foreach ($item in $Value) { ConvertTo-AsciiJson $item }
        return '[' + (@($items) -join ',') + ']'
    }
    if ($Value -is [double] -or $Value -is [single]) { return $Value.ToString('R', [Globalization.CultureInfo]::InvariantCulture) }
    if ($Value -is [ValueType] -and $Value -isnot [Enum]) {
        return [Convert]::ToString($Value, [Globalization.CultureInfo]::InvariantCulture)
    }
    ConvertTo-JsonString ([string]$Value)
}

function ConvertTo-JsonString([string]$Text) {
    $escaped = [regex]::Replace($Text, '["\\]|[^ -~]', {
            param($match)
            if ($match.Value -eq '"' -or $match.Value -eq '\') { return '\' + $match.Value }
            '\u{0:x4}' -f [int][char]$match.Value
        })
    '"' + $escaped + '"'
}

function Write-Answer($Value) { $script:Out.WriteLine('@@' + (ConvertTo-AsciiJson $Value)) }

# An argument that may be left out.
function Get-Optional($Arguments, [string]$Name, $Default = $null) {
    if ($null -eq $Arguments) { return $Default }
    $property = $Arguments.PSObject.Properties[$Name]
    if ($null -eq $property -or $null -eq $property.Value) { return $Default }
    $property.Value
}

# One call, one result: { ok } or { error }. What a body prints by accident is not its value: the value is the last dictionary.
function Invoke-Call($Call) {
    try {
        $name = [string]$Call.name
        if (-not $script:Primitives.ContainsKey($name)) { Stop-Call 'unsupported' "no primitive '$name' on Windows" }
        try { $values = @(& $script:Primitives[$name] $Call.args | Where-Object { $_ -is [Collections.IDictionary] }) }
        finally { Close-Hives }
        if ($values.Count -eq 0) { return @{ ok = @{} } }
        return @{ ok = $values[-1] }
    }
    catch { return @{ error = ConvertTo-WireError $_ } }
}

# A request: base64 of { id, calls }. Prints exactly one line, whatever happens.
function R([string]$Base64) {
    try {
        $request = ConvertFrom-Json ([Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($Base64)))
        $results = @(foreach ($call in @($request.calls)) { Invoke-Call $call })
        Write-Answer ([ordered]@{ id = $request.id; results = $results })
    }
    catch { Write-Answer @{ id = -1; results = @(@{ error = ConvertTo-WireError $_ }) } }
}

function Start-Agent([string]$Hash) {
    $script:Out = New-Object IO.StreamWriter([Console]::OpenStandardOutput(), (New-Object Text.UTF8Encoding $false))
    $script:Out.AutoFlush = $true
    $script:Out.NewLine = "`n"
    Write-Answer @{ hello = Get-Hello $Hash }
}

function Get-Hello([string]$Hash) {
    [ordered]@{
        protocol = 1
        agent = $Hash
        platform = 'windows'
        osVersion = Get-OsVersion
        bootTime = Get-BootTime
        machineId = Get-MachineId
        pid = $PID
    }
}

# From the registry: what .NET reports depends on the manifest of the process that asks.
function Get-OsVersion {
    $values = Read-RegistryValues 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $version = $values['CurrentVersion'].data
    if ($values.Contains('CurrentMajorVersionNumber')) {
        $version = '{0}.{1}' -f $values['CurrentMajorVersionNumber'].data, $values['CurrentMinorVersionNumber'].data
    }
    '{0}.{1}' -f $version, $values['CurrentBuildNumber'].data
}

# When the session manager was created. LastBootUpTime is not it: the kernel moves its boot time along whenever the clock is corrected, and
# a restart is proved by this value having changed.
function Get-BootTime {
    $managers = @(Get-WmiObject -Class Win32_Process -Filter "Name='smss.exe'" | Where-Object { $_.CreationDate })
    $times = @($managers | ForEach-Object { ConvertFrom-WmiTime $_.CreationDate })
    if ($times.Count -eq 0) { $times = @(ConvertFrom-WmiTime (Get-WmiObject -Class Win32_OperatingSystem).LastBootUpTime) }
    @($times | Sort-Object)[0]
}

# 20260901080000.123456+480: local time, and the minutes that it is ahead of UTC. To RFC 3339.
function ConvertFrom-WmiTime([string]$Time) {
    $invariant = [Globalization.CultureInfo]::InvariantCulture
    $local = [DateTime]::ParseExact($Time.Substring(0, 14), 'yyyyMMddHHmmss', $invariant)
    $local.AddMinutes(-[int]$Time.Substring(21)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", $invariant)
}

function Get-MachineId { (Read-RegistryValues 'HKLM\SOFTWARE\Microsoft\Cryptography')['MachineGuid'].data }
