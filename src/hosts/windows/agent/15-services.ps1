# Services, scheduled tasks, WMI.

$StartTypes = @('Boot', 'System', 'Automatic', 'Manual', 'Disabled') # by the number in the registry
$StartWords = @{ Boot = 'boot'; System = 'system'; Automatic = 'auto'; Manual = 'demand'; Disabled = 'disabled' } # sc.exe's

function Get-ServiceStatus([string]$Name) {
    Add-Type -AssemblyName System.ServiceProcess
    $controller = New-Object ServiceProcess.ServiceController $Name
    try { $status = [string]$controller.Status } catch [InvalidOperationException] { return $null } finally { $controller.Close() }
    if ($status -eq '') { return $null }
    # The wire has four states; the two of pausing are a service that runs.
    switch -Wildcard ($status) {
        'Stop*' { return $status }
        'StartPending' { return $status }
        default { return 'Running' }
    }
}

# From the registry: drivers are there too, and so is what a controller would have to be asked for in three more calls.
function Get-ServiceState([string]$Name) {
    $values = Read-RegistryValues "HKLM\SYSTEM\CurrentControlSet\Services\$Name"
    $state = [ordered]@{ name = $Name; exists = $values.Contains('Start'); startType = $null; status = $null; path = $null }
    if (-not $state.exists) { return $state }
    $state.startType = $script:StartTypes[$values['Start'].data]
    if ($values.Contains('ImagePath')) { $state.path = $values['ImagePath'].data }
    $state.status = Get-ServiceStatus $Name
    $state
}

function Select-Services([string]$Name) {
    if ($Name -notmatch '[*?]') { return Get-ServiceState $Name }
    $wildcard = New-Wildcard $Name
    $where = Split-Key 'HKLM\SYSTEM\CurrentControlSet\Services'
    $key = $where.base.OpenSubKey($where.path)
    try { $names = @($key.GetSubKeyNames() | Where-Object { $wildcard.IsMatch($_) } | Sort-Object) } finally { $key.Close() }
    # Some keys there belong to no service.
    $names | ForEach-Object { Get-ServiceState $_ } | Where-Object { $_.exists }
}

function Set-ServiceStatus([string]$Name, [string]$Status) {
    Add-Type -AssemblyName System.ServiceProcess
    $controller = New-Object ServiceProcess.ServiceController $Name
    try {
        if ([string]$controller.Status -eq $Status) { return }
        # Stop also stops the services that depend on it.
        if ($Status -eq 'Running') { $controller.Start() } else { $controller.Stop() }
        try { $controller.WaitForStatus($Status, [TimeSpan]::FromSeconds(60)) }
        catch [ServiceProcess.TimeoutException] { Stop-Call 'timeout' "service '$Name' is not $Status after 60 s" }
    }
    finally { $controller.Close() }
}

Primitive 'service.read' {
    param($a)
    @{ services = @($a.names | ForEach-Object { Select-Services $_ }) }
}

Primitive 'service.write' {
    param($a)
    if (-not (Get-ServiceState $a.name).exists) { Stop-Call 'not-found' "no service '$($a.name)'" }
    # First the start type: a disabled service cannot be started, and a stopped one is not to come back.
    $type = Get-Optional $a 'startType'
    if ($type) {
        $result = Invoke-Program 'sc.exe' @('config', $a.name, 'start=', $script:StartWords[$type])
        if ($result.exitCode -ne 0) { throw (New-Object ComponentModel.Win32Exception ([int]$result.exitCode)) }
    }
    $status = Get-Optional $a 'status'
    if ($status) { Set-ServiceStatus $a.name $status }
}

# The scheduler's COM interface: the ScheduledTasks cmdlets are not on Windows 7, and what schtasks.exe prints is localised.
function Get-TaskRoot {
    $scheduler = New-Object -ComObject Schedule.Service
    $scheduler.Connect()
    $scheduler.GetFolder('\')
}

function Get-Tasks($Folder) {
    foreach ($task in $Folder.GetTasks(1)) { $task }
    foreach ($inner in $Folder.GetFolders(0)) { Get-Tasks $inner }
}

Primitive 'task.read' {
    param($a)
    $wildcard = New-Wildcard $a.match
    $tasks = @(Get-Tasks (Get-TaskRoot) | Where-Object { $wildcard.IsMatch($_.Path) } | Sort-Object -Property Path | ForEach-Object {
            @{ path = [string]$_.Path; enabled = [bool]$_.Enabled }
        })
    @{ tasks = $tasks }
}

Primitive 'task.write' {
    param($a)
    (Get-TaskRoot).GetTask($a.path).Enabled = [bool]$a.enabled
}

# WMI's own properties that JSON can say; embedded objects are not among them. A time stays text: 20260901080000.000000+480.
function ConvertTo-Row($Instance, [string[]]$Properties) {
    $row = [ordered]@{}
    foreach ($name in $Properties) {
        $value = $Instance.$name
        if ($null -ne $value -and $value.GetType().Namespace -eq 'System.Management') { $value = $null }
        $row[$name] = $value
    }
    $row
}

# Names go into a WQL text, so they are names and nothing else.
function Assert-WmiName([string[]]$Names) {
    foreach ($name in $Names) { if ($name -notmatch '^\w+$') { Stop-Call 'bad-request' "not a WMI name: '$name'" } }
}

Primitive 'cim.query' {
    param($a)
    Assert-WmiName (@($a.class) + @($a.properties))
    $query = @{ Namespace = $a.namespace; Class = $a.class; Property = [string[]]$a.properties }
    $filter = Get-Optional $a 'filter'
    if ($filter) { $query['Filter'] = $filter }
    @{ rows = @(Get-WmiObject @query | ForEach-Object { ConvertTo-Row $_ $a.properties }) }
}

Primitive 'cim.invoke' {
    param($a)
    Assert-WmiName @($a.class)
    $instances = @(Get-WmiObject -Namespace $a.namespace -Class $a.class)
    @{ returnValues = @($instances | ForEach-Object { [long](Invoke-WmiMethod -InputObject $_ -Name $a.method).ReturnValue }) }
}
