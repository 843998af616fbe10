# Hives of accounts. That of an account that is logged on is below HKU by its SID. The others are files; such a file is loaded for the length of
# one call, under a name of our own, so that nobody takes the account for logged on. Left loaded, it would keep the account from its profile.

$ProfileList = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList'
$AccountSid = '^S-1-(5-21|12-1)-[\d-]+$' # people's: local, domain, Azure AD
$LoadedHives = New-Object Collections.Generic.List[string]

# SIDs of people's accounts that have a profile on this PC.
function Get-AccountSids {
    $where = Split-Key $script:ProfileList
    $key = $where.base.OpenSubKey($where.path)
    if ($null -eq $key) { return }
    try { $key.GetSubKeyNames() | Where-Object { $_ -match $script:AccountSid } } finally { $key.Close() }
}

# What the hive of an account is called below HKU now; $null for an account without one.
function Open-Hive($Users, [string]$Sid) {
    foreach ($name in $Sid, "examsite-$Sid") {
        $key = $Users.OpenSubKey($name)
        if ($null -eq $key) { continue }
        $key.Close()
        # Ours, of a call that was cut off.
        if ($name -ne $Sid -and -not $script:LoadedHives.Contains($name)) { $script:LoadedHives.Add($name) }
        return $name
    }
    $values = Read-RegistryValues "$script:ProfileList\$Sid"
    if (-not $values.Contains('ProfileImagePath')) { return $null }
    $file = [IO.Path]::Combine([Environment]::ExpandEnvironmentVariables($values['ProfileImagePath'].data), 'NTUSER.DAT')
    if (-not [IO.File]::Exists($file)) { return $null }
    $result = Invoke-Program 'reg.exe' @('load', "HKU\examsite-$Sid", $file)
    if ($result.exitCode -ne 0) { Stop-Call 'busy' "the hive of $Sid cannot be loaded: $($result.stderr.Trim())" @{ file = $file } }
    $script:LoadedHives.Add("examsite-$Sid")
    "examsite-$Sid"
}

# Unloading is refused while anything in the hive is open: a handle that nobody holds any more, or an antivirus that is looking.
function Close-Hives {
    foreach ($name in $script:LoadedHives.ToArray()) {
        for ($try = 1; $try -le 10; $try++) {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            if ((Invoke-Program 'reg.exe' @('unload', "HKU\$name")).exitCode -eq 0) { [void]$script:LoadedHives.Remove($name); break }
            [Threading.Thread]::Sleep(200)
        }
    }
    if ($script:LoadedHives.Count -gt 0) { Stop-Call 'busy' "stays loaded: $($script:LoadedHives -join ', ')" }
}
