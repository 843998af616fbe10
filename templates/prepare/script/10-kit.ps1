# Makes this PC reachable for examsite: an OpenSSH server that starts with Windows, a firewall rule, the public key of the controller, an
# account. Safe to run again; -Undo puts back what was there before. prepare-pc.cmd starts it.
# The files of this folder are joined into prepare-pc.ps1. What differs between sites lies beside it as data: settings.txt, examsite.pub,
# openssh.zip, texts.*.txt. ASCII only (5.1 reads a file without a mark in the code page of the machine), and PowerShell 2.0 can parse it:
# Windows 7 begins with that, and has to be told what it lacks. Why each step: docs/reference/windows-facts.md 1.
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
