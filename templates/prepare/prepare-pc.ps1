# Makes this PC reachable for examsite: an OpenSSH server that starts with Windows, a firewall rule, the controller's public key, an account.
# Safe to run again; -Undo puts back what was there before. prepare-pc.cmd starts it.
# What differs between sites is in the files beside this one and is never run: settings.txt, examsite.pub, openssh.zip, texts.*.txt.
# ASCII only (5.1 reads a file without a mark in the machine's code page), and PowerShell 2.0 can parse it: it is what Windows 7 begins with,
# and it has to be able to say what is missing. Why each step: docs/reference/windows-facts.md 1.
param([switch]$Undo)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Kit = [IO.Path]::GetDirectoryName($MyInvocation.MyCommand.Path)
$SshData = [IO.Path]::Combine($env:ProgramData, 'ssh')
$KeyFile = [IO.Path]::Combine($SshData, 'administrators_authorized_keys')
$Programs = [IO.Path]::Combine($env:ProgramFiles, 'OpenSSH')
$UndoFile = [IO.Path]::Combine($env:ProgramData, 'examsite\undo\prepare.txt')
$Rule = 'name=examsite-ssh'
$Administrators = 'S-1-5-32-544'
$LocalSystem = 'S-1-5-18'
$Warnings = 0

# name=value, one a line, UTF-8.
function Read-Pairs([string]$File) {
    $pairs = @{}
    foreach ($line in [IO.File]::ReadAllLines($File, [Text.Encoding]::UTF8)) {
        $at = $line.IndexOf('=')
        if ($at -gt 0) { $pairs[$line.Substring(0, $at)] = $line.Substring($at + 1) }
    }
    $pairs
}

function Get-Words([string]$Key, [string]$Value = '') { $script:Texts[$Key] -f $Value }
function Write-Done([string]$Key, [string]$Value = '') { [Console]::WriteLine('[ ok ] ' + (Get-Words $Key $Value)) }
function Write-Change([string]$Key, [string]$Value = '') { [Console]::WriteLine('[done] ' + (Get-Words $Key $Value)) }
function Stop-Here([string]$Key, [string]$Value = '') { throw (New-Object InvalidOperationException (Get-Words $Key $Value)) }
function Write-Problem([string]$Key, [string]$Value = '') {
    $script:Warnings++
    [Console]::WriteLine('[ !! ] ' + (Get-Words $Key $Value))
}

# No shell in between. What a program prints is in the machine's language and is not looked at; its exit code is.
function Invoke-Program([string]$Exe, [string[]]$Arguments) {
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = $Exe
    # Paths and numbers only: none of them has a quotation mark or ends in a backslash.
    $start.Arguments = @($Arguments | ForEach-Object { if ($_ -match '\s') { '"' + $_ + '"' } else { $_ } }) -join ' '
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    [void]$process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    $process.ExitCode
}

# --- what must be so before anything is written ---

function Assert-CanPrepare {
    if ($PSVersionTable.PSVersion -lt [Version]'5.1') { Stop-Here 'needsPowerShell' $PSVersionTable.PSVersion }
    $identity = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { Stop-Here 'needsAdministrator' }
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) { Stop-Here 'needs64Bit' }
    if ($script:Settings.port -notmatch '^\d{1,5}$') { Stop-Here 'badSettings' 'port' }
    if (-not $script:Settings.user) { Stop-Here 'badSettings' 'user' }
    Assert-NotFrozen
}

# A closed card would forget all of this with the next restart.
function Assert-NotFrozen {
    foreach ($folder in 'System32', 'SysWOW64') {
        $dfc = [IO.Path]::Combine($env:SystemRoot, "$folder\DFC.exe")
        if ([IO.File]::Exists($dfc) -and (Invoke-Program $dfc @('get', '/ISFROZEN')) -eq 1) { Stop-Here 'frozen' 'Deep Freeze' }
    }
    # Without the feature there is no such namespace, and asking is an error.
    try { $filter = Get-WmiObject -Namespace 'root\standardcimv2\embedded' -Class 'UWF_Filter' } catch { return }
    if ($filter -and $filter.CurrentEnabled) { Stop-Here 'frozen' 'UWF' }
}

function Test-Sshd { Test-Path -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\sshd' }

function Get-DefaultShell {
    $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\OpenSSH')
    if ($null -eq $key) { return '' }
    try { [string]$key.GetValue('DefaultShell', '') } finally { $key.Close() }
}

function Set-DefaultShell([string]$Shell) {
    $key = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\OpenSSH')
    try { if ($Shell) { $key.SetValue('DefaultShell', $Shell) } else { $key.DeleteValue('DefaultShell', $false) } } finally { $key.Close() }
}

# Only the first time: a second run must not save what the first one made.
function Save-Before {
    if ([IO.File]::Exists($script:UndoFile)) { return }
    $account = if (Find-Account) { 'there' } else { 'absent' }
    $service = 'absent'
    if (Test-Sshd) {
        $service = [string][Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\sshd', 'Start', 3)
    }
    $lines = [string[]]@("service=$service", "user=$($script:Settings.user)", "account=$account", "defaultShell=$(Get-DefaultShell)")
    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($script:UndoFile))
    [IO.File]::WriteAllLines($script:UndoFile, $lines, (New-Object Text.UTF8Encoding $false))
}

# --- the account ---

# Names of groups are localised, the SID is not.
function Get-Machine {
    Add-Type -AssemblyName System.DirectoryServices.AccountManagement
    New-Object DirectoryServices.AccountManagement.PrincipalContext ([DirectoryServices.AccountManagement.ContextType]::Machine)
}

function Find-Account([string]$Name = $script:Settings.user) {
    $machine = Get-Machine
    $type = [DirectoryServices.AccountManagement.IdentityType]::SamAccountName
    [DirectoryServices.AccountManagement.UserPrincipal]::FindByIdentity($machine, $type, $Name)
}

function Get-AdministratorsGroup {
    $machine = Get-Machine
    $type = [DirectoryServices.AccountManagement.IdentityType]::Sid
    [DirectoryServices.AccountManagement.GroupPrincipal]::FindByIdentity($machine, $type, $script:Administrators)
}

function Confirm-Account {
    $user = $script:Settings.user
    $account = Find-Account
    if ($null -eq $account) {
        if ($script:Settings.createAccount -ne 'yes') { Stop-Here 'noAccount' $user }
        New-Account
        return
    }
    if ($account.Enabled -eq $false) { Stop-Here 'accountDisabled' $user }
    if (-not $account.IsMemberOf((Get-AdministratorsGroup))) { Stop-Here 'accountNotAdministrator' $user }
    Write-Done 'accountThere' $user
}

# Nobody knows the password and nobody needs it: the key is the way in.
function New-Account {
    $bytes = New-Object byte[] 24
    (New-Object Security.Cryptography.RNGCryptoServiceProvider).GetBytes($bytes)
    $account = New-Object DirectoryServices.AccountManagement.UserPrincipal (Get-Machine)
    $account.SamAccountName = $script:Settings.user
    # The last four see to the policies on what a password must have.
    $account.SetPassword([Convert]::ToBase64String($bytes) + 'aA1-')
    $account.PasswordNeverExpires = $true
    $account.Save()
    $group = Get-AdministratorsGroup
    [void]$group.Members.Add($account)
    $group.Save()
    Write-Change 'accountMade' $script:Settings.user
}

# --- OpenSSH ---

function Install-OpenSsh {
    if (Test-Sshd) {
        Write-Done 'sshdThere'
        return
    }
    $zip = [IO.Path]::Combine($script:Kit, 'openssh.zip')
    if (-not [IO.File]::Exists($zip)) { Stop-Here 'noZip' }
    $sha256 = New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $hash = [BitConverter]::ToString($sha256.ComputeHash([IO.File]::ReadAllBytes($zip))).Replace('-', '')
    if ($hash -ne $script:Settings.opensshSha256) { Stop-Here 'zipDamaged' $hash }
    Expand-OpenSsh $zip
    $script = [IO.Path]::Combine($script:Programs, 'install-sshd.ps1')
    $code = Invoke-Program 'powershell.exe' @('-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $script)
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
    [IO.File]::WriteAllText($file, "Port $($script:Settings.port)`r`nPasswordAuthentication no`r`n" + $default)
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
    foreach ($try in 1..20) {
        $banner = Read-Banner
        if ($banner -like 'SSH-2.0-*') {
            Write-Done 'answers' $banner
            return
        }
        [Threading.Thread]::Sleep(500)
    }
    Stop-Here 'silent' $script:Settings.port
}

function Read-Banner {
    $client = New-Object Net.Sockets.TcpClient
    try {
        $client.ReceiveTimeout = 3000
        $client.Connect('127.0.0.1', [int]$script:Settings.port)
        (New-Object IO.StreamReader ($client.GetStream(), [Text.Encoding]::ASCII)).ReadLine()
    }
    catch { '' }
    finally { $client.Close() }
}

# For every profile: a network that Windows calls public after its address has changed must not lock the controller out.
function Open-Firewall {
    [void](Invoke-Program 'netsh.exe' @('advfirewall', 'firewall', 'delete', 'rule', $script:Rule))
    $add = @('advfirewall', 'firewall', 'add', 'rule', $script:Rule, 'dir=in', 'action=allow', 'protocol=TCP', 'profile=any')
    $code = Invoke-Program 'netsh.exe' ($add + "localport=$($script:Settings.port)")
    if ($code -eq 0) { Write-Done 'firewall' $script:Settings.port } else { Write-Problem 'firewallFailed' $code }
}

# A list of what was prepared, for whoever writes the asset list: names and hardware addresses, without a walk through the room.
function Write-Record {
    $file = [IO.Path]::Combine($script:Kit, 'prepared.csv')
    $adapters = @(Get-WmiObject -Class Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=TRUE')
    try {
        if (-not [IO.File]::Exists($file)) { [IO.File]::WriteAllText($file, "computer,mac,address`r`n") }
        foreach ($adapter in $adapters) {
            $address = @($adapter.IPAddress)[0]
            [IO.File]::AppendAllText($file, "$env:COMPUTERNAME,$($adapter.MACAddress),$address`r`n")
            Write-Done 'adapter' "$($adapter.MACAddress) $address"
        }
    }
    # A stick that cannot be written to is no reason to fail.
    catch [IO.IOException], [UnauthorizedAccessException] { Write-Problem 'noRecord' $file }
}

# --- back ---

function Undo-Preparation {
    if (-not [IO.File]::Exists($script:UndoFile)) {
        Write-Done 'nothingToUndo'
        return
    }
    $before = Read-Pairs $script:UndoFile
    $ours = Get-OurKey
    $keys = @(Get-Keys | Where-Object { $_ -cne $ours })
    if ($keys.Count -gt 0) { Set-Keys $keys } elseif ([IO.File]::Exists($script:KeyFile)) { [IO.File]::Delete($script:KeyFile) }
    Write-Change 'keyRemoved'
    [void](Invoke-Program 'netsh.exe' @('advfirewall', 'firewall', 'delete', 'rule', $script:Rule))
    if ($before.defaultShell) { Set-DefaultShell $before.defaultShell }
    Undo-Sshd $before.service
    if ($before.account -eq 'absent') {
        $account = Find-Account $before.user
        if ($account) { $account.Delete() }
    }
    [IO.File]::Delete($script:UndoFile)
    Write-Change 'undone'
}

function Undo-Sshd([string]$Service) {
    $words = @{ '2' = 'auto'; '3' = 'demand'; '4' = 'disabled' }
    if ($Service -ne 'absent') {
        if ($words[$Service]) { [void](Invoke-Program 'sc.exe' @('config', 'sshd', 'start=', $words[$Service])) }
        return
    }
    $script = [IO.Path]::Combine($script:Programs, 'uninstall-sshd.ps1')
    if (-not [IO.File]::Exists($script)) { return }
    $code = Invoke-Program 'powershell.exe' @('-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $script)
    if ($code -ne 0) { Stop-Here 'uninstallFailed' $code }
    [IO.Directory]::Delete($script:Programs, $true)
}

$language = if ([Globalization.CultureInfo]::CurrentUICulture.Name -like 'zh*') { 'zh' } else { 'en' }
try {
    $Texts = Read-Pairs ([IO.Path]::Combine($Kit, "texts.$language.txt"))
    $Settings = Read-Pairs ([IO.Path]::Combine($Kit, 'settings.txt'))
    Assert-CanPrepare
Set-StrictMode -Version 3.0
    if ($Undo) {
        Undo-Preparation
        exit 0
    }
    Save-Before
    Confirm-Account
    Install-OpenSsh
    Add-Key
    Confirm-DefaultShell
    Open-Firewall
    Start-Sshd
    Write-Record
    if ($Warnings -gt 0) { exit 1 }
    Write-Done 'ready' $env:COMPUTERNAME
    exit 0
}
catch {
    [Console]::WriteLine('[FAIL] ' + $_.Exception.Message)
    exit 2
}
