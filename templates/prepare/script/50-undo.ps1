# Everything back, from what 20-before.ps1 remembered.

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
    if ($before['defaultShell']) { Set-DefaultShell $before['defaultShell'] }
    Undo-Sshd $before['service']
    if ($before['account'] -eq 'absent') {
        $account = Find-Account $before['user']
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
    $installer = [IO.Path]::Combine($script:Programs, 'uninstall-sshd.ps1')
    if (-not [IO.File]::Exists($installer)) { return }
    $code = Invoke-Program 'powershell.exe' @('-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $installer)
    if ($code -ne 0) { Stop-Here 'uninstallFailed' $code }
    [IO.Directory]::Delete($script:Programs, $true)
}
