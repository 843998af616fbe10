# What must be so before anything is written, and what is remembered for -Undo.

function Assert-CanPrepare {
    $identity = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { Stop-Here 'needsAdministrator' }
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) { Stop-Here 'needs64Bit' }
    if ($script:Settings['port'] -notmatch '^\d{1,5}$') { Stop-Here 'badSettings' 'port' }
    if (-not $script:Settings['user']) { Stop-Here 'badSettings' 'user' }
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
    $lines = [string[]]@("service=$service", "user=$($script:Settings['user'])", "account=$account", "defaultShell=$(Get-DefaultShell)")
    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($script:UndoFile))
    [IO.File]::WriteAllLines($script:UndoFile, $lines, (New-Object Text.UTF8Encoding $false))
}
