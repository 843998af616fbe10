# What runs, in this order.

$language = if ([Globalization.CultureInfo]::CurrentUICulture.Name -like 'zh*') { 'zh' } else { 'en' }
$Texts = Read-Pairs ([IO.Path]::Combine($Kit, "texts.$language.txt"))
if ($PSVersionTable.PSVersion -lt [Version]'5.1') {
    [Console]::WriteLine('[FAIL] ' + (Get-Words 'needsPowerShell' $PSVersionTable.PSVersion))
    exit 2
}
# Not before: 2.0 does not know it.
Set-StrictMode -Version 3.0
try {
    $Settings = Read-Pairs ([IO.Path]::Combine($Kit, 'settings.txt'))
    Assert-CanPrepare
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
