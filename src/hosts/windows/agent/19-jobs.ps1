# Jobs: calls that outlive the session. A job is a folder with job.json, status.json and a copy of this agent, and a task of the scheduler
# that runs as SYSTEM: at once, and again at every start of Windows until the job is finished. A restart in the middle therefore rolls back.

$Unfinished = @('running', 'awaiting-confirmation')

function Get-JobFolder([string]$Id) {
    if ($Id -notmatch '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$') { Stop-Call 'bad-request' "not a job id: '$Id'" }
    [IO.Path]::Combine($script:BaseFolder, 'jobs', $Id)
}

function Get-JobFile([string]$Id, [string]$Name) { [IO.Path]::Combine((Get-JobFolder $Id), $Name) }

function Write-Json([string]$Path, $Value) { Write-FileAtomically $Path ([Text.Encoding]::ASCII.GetBytes((ConvertTo-AsciiJson $Value))) }
function Read-Json([string]$Path) { ConvertFrom-Json ([Text.Encoding]::ASCII.GetString([IO.File]::ReadAllBytes($Path))) }

function Read-Status([string]$Id) {
    $file = Get-JobFile $Id 'status.json'
    if (-not [IO.File]::Exists($file)) { return [ordered]@{ id = $Id; state = 'absent'; completed = 0; results = @(); error = $null } }
    $saved = Read-Json $file
    $status = [ordered]@{ id = $Id; state = $saved.state; completed = $saved.completed; results = @($saved.results); error = $saved.error }
    $status['boot'] = $saved.boot
    $status
}

function Save-Status($Status) { Write-Json (Get-JobFile $Status.id 'status.json') $Status }

# By SIDs, because the names are localised: SYSTEM and Administrators, and nobody else, or a candidate could put a program of his own into a
# folder that SYSTEM runs from. What is there already is taken over.
function Protect-BaseFolder {
    $existed = [IO.Directory]::Exists($script:BaseFolder)
    [void][IO.Directory]::CreateDirectory($script:BaseFolder)
    $rules = Get-Acl -LiteralPath $script:BaseFolder
    $owner = $rules.GetOwner([Security.Principal.SecurityIdentifier]).Value
    if ($existed -and $rules.AreAccessRulesProtected -and @('S-1-5-32-544', 'S-1-5-18') -contains $owner) { return }
    $steps = @(
        , @($script:BaseFolder, '/setowner', '*S-1-5-32-544', '/T', '/C', '/Q')
        , @($script:BaseFolder, '/reset', '/T', '/C', '/Q')
        , @($script:BaseFolder, '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', '/Q')
    )
    foreach ($step in $steps) {
        $result = Invoke-Program 'icacls.exe' $step '' 120
        if ($result.exitCode -ne 0) { Stop-Call 'denied' "icacls.exe ended with $($result.exitCode)" ([hashtable]$result) }
    }
}

# \examsite in the scheduler's library; made where it is not there.
function Get-TaskFolder {
    try { (Get-TaskRoot).GetFolder('\examsite') }
    catch {
        if ((ConvertTo-WireError $_).code -ne 'not-found') { throw }
        (Get-TaskRoot).CreateFolder('examsite')
    }
}

# Through COM and not schtasks.exe, whose tasks do not start on battery, end after three days and have 261 characters for the command.
function Register-JobTask([string]$Id) {
    $scheduler = New-Object -ComObject Schedule.Service
    $scheduler.Connect()
    $task = $scheduler.NewTask(0)
    $task.Principal.RunLevel = 1 # highest
    $task.Settings.DisallowStartIfOnBatteries = $false
    $task.Settings.StopIfGoingOnBatteries = $false
    $task.Settings.ExecutionTimeLimit = 'PT0S'
    $task.Settings.MultipleInstances = 2 # a second start is ignored
    [void]$task.Triggers.Create(8) # at the start of Windows
    $action = $task.Actions.Create(0)
    $action.Path = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
    $file = Get-JobFile $Id 'agent.ps1'
    $action.Arguments = Join-Arguments @('-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $file, '-Job', $Id)
    # 6: create or replace. 5: service account.
    $registered = (Get-TaskFolder).RegisterTaskDefinition($Id, $task, 6, 'SYSTEM', $null, 5)
    [void]$registered.Run($null)
}

function Remove-JobTask([string]$Id) {
    try { (Get-TaskRoot).GetFolder('\examsite').DeleteTask($Id, 0) }
    catch { if ((ConvertTo-WireError $_).code -ne 'not-found') { throw } }
}

# 4: running, 2: queued.
function Test-JobTask([string]$Id) {
    try { return @(2, 4) -contains (Get-TaskRoot).GetTask("\examsite\$Id").State }
    catch { if ((ConvertTo-WireError $_).code -eq 'not-found') { return $false }; throw }
}

# A runner that was killed leaves 'running' behind. After a restart the task still has its turn to come, where there is something to roll back.
function Get-JobStatus([string]$Id) {
    $alive = Test-JobTask $Id
    $status = Read-Status $Id
    $pending = $script:Unfinished -contains $status.state -and -not $alive
    if ($pending) {
        $job = Read-Json (Get-JobFile $Id 'job.json')
        $waits = @($job.rollback).Count -gt 0 -and $status.boot -ne (Get-BootTime)
        if (-not $waits) { $status.state = 'interrupted' }
    }
    if ($status.Contains('boot')) { $status.Remove('boot') }
    $status
}

Primitive 'job.start' {
    param($a)
    $before = (Get-JobStatus $a.id).state
    if ($script:Unfinished -contains $before) { Stop-Call 'busy' "job $($a.id) is $before" @{ state = $before } }
    Protect-BaseFolder
    Remove-Tree (Get-JobFolder $a.id)
    Write-FileAtomically (Get-JobFile $a.id 'agent.ps1') $script:AgentBytes
    $job = [ordered]@{ id = $a.id; steps = @($a.steps); rollback = @(Get-Optional $a 'rollback' @()); confirmSec = Get-Optional $a 'confirmSec' }
    Write-Json (Get-JobFile $a.id 'job.json') $job
    Save-Status ([ordered]@{ id = $a.id; state = 'running'; completed = 0; results = @(); error = $null; boot = Get-BootTime })
    Register-JobTask $a.id
}

Primitive 'job.status' {
    param($a)
    Get-JobStatus $a.id
}

# The runner looks for this file. It is waited for, so that who asks next sees the job done.
Primitive 'job.confirm' {
    param($a)
    $state = (Get-JobStatus $a.id).state
    if ($state -eq 'absent') { Stop-Call 'not-found' "no job $($a.id)" }
    if ($state -eq 'done') { return }
    if ($state -ne 'awaiting-confirmation') { Stop-Call 'failed' "job $($a.id) is $state" @{ state = $state } }
    Write-FileAtomically (Get-JobFile $a.id 'confirmed') ([byte[]]@())
    for ($try = 1; $try -le 50; $try++) {
        $state = (Read-Status $a.id).state
        if ($state -eq 'done') { return }
        [Threading.Thread]::Sleep(200)
    }
    Stop-Call 'failed' "job $($a.id) is $state" @{ state = $state }
}

Primitive 'job.forget' {
    param($a)
    $state = (Get-JobStatus $a.id).state
    if ($script:Unfinished -contains $state) { Stop-Call 'busy' "job $($a.id) is $state" @{ state = $state } }
    Remove-JobTask $a.id
    Remove-Tree (Get-JobFolder $a.id)
}

# Every call of the way back is tried: half a way back is worse than one with a stone missing.
function Undo-Job($Job, $Status, $Reason) {
    $Status.error = $Reason
    $failed = @(foreach ($call in @($Job.rollback)) {
            $result = Invoke-Call $call
            if ($result.ContainsKey('error')) { "$($call.name): $($result.error.message)" }
        })
    $Status.state = 'rolled-back'
    if ($failed.Count -gt 0) {
        $Status.state = 'failed'
        $Status.error = @{ code = 'failed'; message = "$($Reason.message); and the rollback failed: $($failed -join '; ')" }
    }
    Save-Status $Status
}

# @return whether it was confirmed in time. A stopwatch, because the clock may be corrected meanwhile.
function Wait-Confirmation([string]$File, [int]$Seconds) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($clock.Elapsed.TotalSeconds -lt $Seconds) {
        if ([IO.File]::Exists($File)) { return $true }
        [Threading.Thread]::Sleep(250)
    }
    [IO.File]::Exists($File)
}

function Invoke-Steps($Job, $Status) {
    foreach ($call in @($Job.steps)) {
        $result = Invoke-Call $call
        if ($result.ContainsKey('error')) {
            if (@($Job.rollback).Count -gt 0) { Undo-Job $Job $Status $result.error; return }
            $Status.state = 'failed'
            $Status.error = $result.error
            Save-Status $Status
            return
        }
        $Status.completed++
        $Status.results = @($Status.results) + $result
        Save-Status $Status
    }
    if ($null -ne $Job.confirmSec) {
        $Status.state = 'awaiting-confirmation'
        Save-Status $Status
        if (-not (Wait-Confirmation (Get-JobFile $Job.id 'confirmed') $Job.confirmSec)) {
            Undo-Job $Job $Status @{ code = 'timeout'; message = "not confirmed within $($Job.confirmSec) s" }
            return
        }
    }
    $Status.state = 'done'
    Save-Status $Status
}

# What the task runs.
function Invoke-Job([string]$Id) {
    $job = Read-Json (Get-JobFile $Id 'job.json')
    $status = Read-Status $Id
    $started = Get-JobFile $Id 'started'
    if ($script:Unfinished -contains $status.state) {
        if (-not [IO.File]::Exists($started)) {
            Write-FileAtomically $started ([byte[]]@())
            Invoke-Steps $job $status
        }
        else {
            $reason = @{ code = 'failed'; message = 'the machine restarted before the job was finished' }
            if (@($job.rollback).Count -gt 0) { Undo-Job $job $status $reason }
            else {
                $status.state = 'interrupted'
                $status.error = $reason
                Save-Status $status
            }
        }
    }
    Remove-JobTask $Id
}
