# The registry, through .NET: the provider's paths expand wildcards and cannot ask for the 64-bit view.

$Hives = @{
    HKLM = 'LocalMachine'; HKEY_LOCAL_MACHINE = 'LocalMachine'
    HKCU = 'CurrentUser'; HKEY_CURRENT_USER = 'CurrentUser'
    HKU = 'Users'; HKEY_USERS = 'Users'
    HKCR = 'ClassesRoot'; HKEY_CLASSES_ROOT = 'ClassesRoot'
}
$RegistryTypes = @{
    String = 'REG_SZ'; ExpandString = 'REG_EXPAND_SZ'; MultiString = 'REG_MULTI_SZ'
    DWord = 'REG_DWORD'; QWord = 'REG_QWORD'; Binary = 'REG_BINARY'
}

# Hive and the path below it. The 64-bit view even from a 32-bit PowerShell, which a 32-bit sshd starts. A whole hive can only be read.
function Split-Key([string]$Key, [switch]$AllowHive) {
    $hive, $path = $Key.TrimEnd('\').Split([char[]]'\', 2)
    if (-not $script:Hives.ContainsKey($hive) -or -not ($path -or $AllowHive)) { Stop-Call 'bad-request' "not a registry key: '$Key'" }
    $view = [Microsoft.Win32.RegistryView]::Default
    if ([Environment]::Is64BitOperatingSystem) { $view = [Microsoft.Win32.RegistryView]::Registry64 }
    $base = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]$script:Hives[$hive], $view)
    $where = @{ base = $base; path = [string]$path; absent = $false }
    $sid, $below = $where.path.Split([char[]]'\', 2)
    if ($script:Hives[$hive] -ne 'Users' -or $sid -notmatch $script:AccountSid) { return $where }
    $loaded = Open-Hive $base $sid
    if ($null -eq $loaded) { $where.absent = $true } else { $where.path = (@($loaded, $below) | Where-Object { $_ }) -join '\' }
    $where
}

function Read-RegistryValue($Key, [string]$Name) {
    $kind = [string]$Key.GetValueKind($Name)
    $data = $Key.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    # Kinds that have no name of their own (REG_NONE, resource lists) come as bytes.
    if (-not $script:RegistryTypes.ContainsKey($kind)) { $kind = 'Binary' }
    if ($kind -eq 'Binary') { $data = [Convert]::ToBase64String([byte[]]$data) }
    if ($kind -eq 'DWord') { $data = [BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$data), 0) }
    if ($kind -eq 'QWord') { $data = [BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$data), 0) }
    if ($kind -eq 'MultiString') { $data = [string[]]@($data) }
    @{ type = $script:RegistryTypes[$kind]; data = $data }
}

# All values of a key as a dictionary; an absent key is an empty one.
function Read-RegistryValues([string]$Path) {
    $values = [ordered]@{}
    $where = Split-Key $Path
    $key = $where.base.OpenSubKey($where.path)
    if ($null -eq $key) { return $values }
    try { foreach ($name in $key.GetValueNames()) { $values[$name] = Read-RegistryValue $key $name } }
    finally { $key.Close() }
    $values
}

# What .NET wants of a value as it came over the wire.
function ConvertTo-RegistryData($Value) {
    switch ([string]$Value.type) {
        'REG_SZ' { return @{ kind = 'String'; data = [string]$Value.data } }
        'REG_EXPAND_SZ' { return @{ kind = 'ExpandString'; data = [string]$Value.data } }
        'REG_MULTI_SZ' { return @{ kind = 'MultiString'; data = [string[]]@($Value.data) } }
        'REG_DWORD' { return @{ kind = 'DWord'; data = [BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]$Value.data), 0) } }
        'REG_QWORD' { return @{ kind = 'QWord'; data = [BitConverter]::ToInt64([BitConverter]::GetBytes([uint64]$Value.data), 0) } }
        'REG_BINARY' { return @{ kind = 'Binary'; data = [Convert]::FromBase64String($Value.data) } }
    }
    Stop-Call 'bad-request' "not a registry type: '$($Value.type)'"
}

Primitive 'registry.read' {
    param($a)
    $values = [ordered]@{}
    $where = Split-Key $a.key -AllowHive
    $key = $null
    if (-not $where.absent) { $key = $where.base.OpenSubKey($where.path) }
    if ($null -eq $key) { return @{ exists = $false; values = $values; subkeys = @() } }
    try {
        $present = $key.GetValueNames()
        $wanted = @(Get-Optional $a 'names' $present)
        foreach ($name in $wanted) { if ($present -contains $name) { $values[[string]$name] = Read-RegistryValue $key $name } }
        return @{ exists = $true; values = $values; subkeys = @($key.GetSubKeyNames()) }
    }
    finally { $key.Close() }
}

# Paths below a hive that fit, wildcards and all. A key that may not be opened is passed over.
function Find-Keys($Base, [string]$Path, [string[]]$Parts) {
    $part, $rest = $Parts
    $rest = @($rest | Where-Object { $_ })
    $names = @($part)
    if ($part -match '[*?]') {
        $wildcard = New-Wildcard $part
        try { $key = $Base.OpenSubKey($Path) } catch [Security.SecurityException] { return }
        if ($null -eq $key) { return }
        try { $names = @($key.GetSubKeyNames() | Where-Object { $wildcard.IsMatch($_) }) } finally { $key.Close() }
    }
    foreach ($name in $names) {
        $inner = ($Path + '\' + $name).TrimStart([char]'\')
        if ($rest.Count -gt 0) { Find-Keys $Base $inner $rest } else { $inner }
    }
}

# The named values of a key, or all of them. $null: it is absent, may not be opened, or has none of those named.
function Read-FoundValues($Base, [string]$Path, $Names) {
    $values = [ordered]@{}
    try { $key = $Base.OpenSubKey($Path) } catch [Security.SecurityException] { return $null }
    if ($null -eq $key) { return $null }
    try {
        $present = $key.GetValueNames()
        foreach ($name in @(if ($null -eq $Names) { $present } else { $Names })) {
            if ($present -contains $name) { $values[[string]$name] = Read-RegistryValue $key $name }
        }
    }
    finally { $key.Close() }
    if ($values.Count -eq 0 -and $null -ne $Names) { return $null }
    $values
}

# Where a pattern begins: the hive, or, where the first part below HKU has a wildcard, each account's.
function Get-PatternRoots([string]$Pattern) {
    $hive, $first, $rest = @($Pattern.Split([char[]]'\', [StringSplitOptions]::RemoveEmptyEntries))
    if ($script:Hives[$hive] -ne 'Users' -or $first -notmatch '[*?]|^S-1-') { return @{ shown = $hive; parts = @($first) + @($rest) } }
    $wildcard = New-Wildcard $first
    $sids = @($first)
    if ($first -match '[*?]') { $sids = @(Get-AccountSids | Where-Object { $wildcard.IsMatch($_) }) }
    foreach ($sid in $sids) { @{ shown = "$hive\$sid"; parts = @($rest) } }
}

Primitive 'registry.find' {
    param($a)
    $names = Get-Optional $a 'names'
    $found = @{}
    foreach ($root in @(Get-PatternRoots $a.pattern)) {
        $where = Split-Key $root.shown -AllowHive
        if ($where.absent) { continue }
        $parts = @($root.parts | Where-Object { $_ })
        $paths = @($where.path)
        if ($parts.Count -gt 0) { $paths = @(Find-Keys $where.base $where.path $parts) }
        foreach ($path in $paths) {
            $values = Read-FoundValues $where.base $path $names
            if ($null -ne $values) { $found[$root.shown + '\' + $path.Substring($where.path.Length).TrimStart([char]'\')] = $values }
        }
    }
    $keys = [string[]]@($found.Keys)
    [Array]::Sort($keys, [StringComparer]::Ordinal)
    @{ keys = @(foreach ($key in $keys) { @{ key = $key.TrimEnd('\'); values = $found[$key] } }) }
}

Primitive 'registry.write' {
    param($a)
    $where = Split-Key $a.key
    if ($where.absent) {
        if ($null -eq $a.value) { return }
        Stop-Call 'not-found' "the account has no profile on this PC: '$($a.key)'"
    }
    if ($null -eq $a.value) {
        $key = $where.base.OpenSubKey($where.path, $true)
        if ($null -eq $key) { return }
        try { $key.DeleteValue($a.name, $false) } finally { $key.Close() }
        return
    }
    $new = ConvertTo-RegistryData $a.value
    $key = $where.base.CreateSubKey($where.path)
    try { $key.SetValue($a.name, $new.data, [Microsoft.Win32.RegistryValueKind]$new.kind) } finally { $key.Close() }
}

Primitive 'registry.delete' {
    param($a)
    $where = Split-Key $a.key
    if (-not $where.absent) { $where.base.DeleteSubKeyTree($where.path, $false) }
}
