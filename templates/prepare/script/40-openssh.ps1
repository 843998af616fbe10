# OpenSSH: the server, its keys, its shell, its port.

function Install-OpenSsh {
    if (Test-Sshd) {
        Write-Done 'sshdThere'
        return
    }
    $zip = [IO.Path]::Combine($script:Kit, 'openssh.zip')
    if (-not [IO.File]::Exists($zip)) { Stop-Here 'noZip' }
    $sha256 = New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $hash = [BitConverter]::ToString($sha256.ComputeHash([IO.File]::ReadAllBytes($zip))).Replace('-', '')
    if ($hash -ne $script:Settings['opensshSha256']) { Stop-Here 'zipDamaged' $hash }
    Expand-OpenSsh $zip
    $installer = [IO.Path]::Combine($script:Programs, 'install-sshd.ps1')
    $code = Invoke-Program 'powershell.exe' @('-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $installer)
    if ($code -ne 0 -or -not (Test-Sshd)) { Stop-Here 'installFailed' $code }
    Write-SshdConfig
    Write-Change 'sshdInstalled' $script:Programs
}

# All its files are in one folder of the archive. Under Program Files, because sshd refuses to run where others may write.
function Expand-OpenSsh([string]$Zip) {
    Add-Type -AssemblyName System.IO.Compression
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [void][IO.Directory]::CreateDirectory($script:Programs)
    $archive = [IO.Compression.ZipFile]::OpenRead($Zip)
    try {
        foreach ($entry in $archive.Entries) {
            if (-not $entry.Name) { continue }
            [IO.Compression.ZipFileExtensions]::ExtractToFile($entry, [IO.Path]::Combine($script:Programs, $entry.Name), $true)
        }
    }
    finally { $archive.Dispose() }
}

# The first value of an option counts, so ours stand before the default ones. A configuration that is there already is somebody's.
function Write-SshdConfig {
    $file = [IO.Path]::Combine($script:SshData, 'sshd_config')
    if ([IO.File]::Exists($file)) { return }
    [void][IO.Directory]::CreateDirectory($script:SshData)
    $default = [IO.File]::ReadAllText([IO.Path]::Combine($script:Programs, 'sshd_config_default'))
    [IO.File]::WriteAllText($file, "Port $($script:Settings['port'])`r`nPasswordAuthentication no`r`n" + $default)
}

# sshd refuses a list of keys that anybody but Administrators and SYSTEM may change.
function Protect-KeyFile {
    $rules = New-Object Security.AccessControl.FileSecurity
    $rules.SetAccessRuleProtection($true, $false)
    foreach ($sid in $script:Administrators, $script:LocalSystem) {
        $who = New-Object Security.Principal.SecurityIdentifier $sid
        $rules.AddAccessRule((New-Object Security.AccessControl.FileSystemAccessRule($who, 'FullControl', 'Allow')))
    }
    $rules.SetOwner((New-Object Security.Principal.SecurityIdentifier $script:Administrators))
    [IO.File]::SetAccessControl($script:KeyFile, $rules)
}

function Get-OurKey { [IO.File]::ReadAllText([IO.Path]::Combine($script:Kit, 'examsite.pub')).Trim() }
function Get-Keys {
    if ([IO.File]::Exists($script:KeyFile)) { [IO.File]::ReadAllLines($script:KeyFile) | Where-Object { $_.Trim() } }
}

# Without a mark at the beginning: sshd would take it for part of the first key.
function Set-Keys([string[]]$Keys) {
    [void][IO.Directory]::CreateDirectory($script:SshData)
    [IO.File]::WriteAllText($script:KeyFile, (($Keys -join "`n") + "`n"), (New-Object Text.UTF8Encoding $false))
}

function Add-Key {
    $key = Get-OurKey
    $keys = @(Get-Keys)
    if ($keys -ccontains $key) { Write-Done 'keyThere' }
    else {
        Set-Keys ([string[]]@($keys + $key))
        Write-Change 'keyAdded'
    }
    Protect-KeyFile
}

function Confirm-DefaultShell {
    $shell = Get-DefaultShell
    if ($shell -eq '' -or $shell -match '\\cmd\.exe$') { return }
    Set-DefaultShell ''
    Write-Change 'shellReset' $shell
}

# 1056: it is running already. The banner is the proof, not what the service says of itself.
function Start-Sshd {
    if ((Invoke-Program 'sc.exe' @('config', 'sshd', 'start=', 'auto')) -ne 0) { Stop-Here 'serviceFailed' 'auto' }
    $code = Invoke-Program 'sc.exe' @('start', 'sshd')
    if (@(0, 1056) -notcontains $code) { Stop-Here 'serviceFailed' $code }
    for ($attempt = 1; $attempt -le 20; $attempt++) {
        $banner = Read-Banner
        if ($banner -like 'SSH-2.0-*') {
            Write-Done 'answers' $banner
            return
        }
        [Threading.Thread]::Sleep(500)
    }
    Stop-Here 'silent' $script:Settings['port']
}

function Read-Banner {
    $client = New-Object Net.Sockets.TcpClient
    try {
        $client.ReceiveTimeout = 3000
        $client.Connect('127.0.0.1', [int]$script:Settings['port'])
        (New-Object IO.StreamReader ($client.GetStream(), [Text.Encoding]::ASCII)).ReadLine()
    }
    catch { '' }
    finally { $client.Close() }
}

# For every profile: a network that Windows calls public after its address has changed must not lock the controller out.
function Open-Firewall {
    [void](Invoke-Program 'netsh.exe' @('advfirewall', 'firewall', 'delete', 'rule', $script:Rule))
    $add = @('advfirewall', 'firewall', 'add', 'rule', $script:Rule, 'dir=in', 'action=allow', 'protocol=TCP', 'profile=any')
    $code = Invoke-Program 'netsh.exe' ($add + "localport=$($script:Settings['port'])")
    if ($code -eq 0) { Write-Done 'firewall' $script:Settings['port'] } else { Write-Problem 'firewallFailed' $code }
}

# A list of what was prepared, with the headings that `examsite import` knows: the hardware addresses come home on the stick.
function Write-Record {
    $file = [IO.Path]::Combine($script:Kit, 'prepared.csv')
    try {
        if (-not [IO.File]::Exists($file)) { [IO.File]::WriteAllText($file, "seat,computer,mac,address,row,column`r`n") }
        $known = [IO.File]::ReadAllText($file)
        foreach ($adapter in @(Get-WmiObject -Class Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=TRUE')) {
            $mac = [string]$adapter.MACAddress
            Write-Done 'adapter' $mac
            if (-not $known.Contains($mac)) { [IO.File]::AppendAllText($file, ",$env:COMPUTERNAME,$mac,,,`r`n") }
        }
    }
    catch [IO.IOException], [UnauthorizedAccessException] {
        # A stick that cannot be written to is no reason to fail.
        Write-Done 'noRecord' $file
    }
}
