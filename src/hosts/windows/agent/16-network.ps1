# Adapters. What is persistent is read from the registry, what is live from WMI, and netsh writes: the same on Windows 7 and 10, where the
# NetTCPIP cmdlets are on 10 only and take several steps, each of which can be the last one before the line goes dead.

$Interfaces = 'HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces'
$MaxSpeed = [uint64]9223372036854775807 # what an unplugged adapter reports

function ConvertTo-Prefix([string]$Mask) {
    $bits = $Mask.Split('.') | ForEach-Object { [Convert]::ToString([int]$_, 2).Replace('0', '').Length }
    [int]($bits | Measure-Object -Sum).Sum
}

function ConvertTo-Mask([int]$Prefix) {
    $bits = ('1' * $Prefix).PadRight(32, '0')
    @(0, 8, 16, 24 | ForEach-Object { [Convert]::ToInt32($bits.Substring($_, 8), 2) }) -join '.'
}

# First usable one of a list that may hold '', 0.0.0.0 or IPv6.
function Select-Address($Addresses) {
    @($Addresses | Where-Object { $_ -match '^\d+\.\d+\.\d+\.\d+$' -and $_ -ne '0.0.0.0' }) + @($null) | Select-Object -First 1
}

function Get-PersistentConfig([string]$Guid) {
    $values = Read-RegistryValues "$script:Interfaces\$Guid"
    $data = @{ EnableDHCP = 1; IPAddress = @(); SubnetMask = @(); DefaultGateway = @(); NameServer = '' }
    foreach ($name in @($data.Keys)) { if ($values.Contains($name)) { $data[$name] = $values[$name].data } }
    $config = [ordered]@{ dhcp = $data.EnableDHCP -ne 0; address = $null; prefix = $null; gateway = $null }
    if (-not $config.dhcp) {
        $config.address = Select-Address $data.IPAddress
        if ($config.address) { $config.prefix = ConvertTo-Prefix (Select-Address $data.SubnetMask) }
        $config.gateway = Select-Address $data.DefaultGateway
    }
    $config.dns = @($data.NameServer -split '[ ,]+' | Where-Object { $_ })
    $config
}

function Get-LiveConfig([string]$Guid) {
    $found = Get-WmiObject -Class Win32_NetworkAdapterConfiguration -Filter "SettingID='$Guid'"
    $config = [ordered]@{ dhcp = [bool]$found.DHCPEnabled; address = $null; prefix = $null; gateway = $null; dns = @() }
    if (-not $found.IPEnabled) { return $config }
    $config.address = Select-Address $found.IPAddress
    if ($config.address) { $config.prefix = ConvertTo-Prefix (Select-Address $found.IPSubnet) }
    $config.gateway = Select-Address $found.DefaultIPGateway
    $config.dns = @($found.DNSServerSearchOrder | Where-Object { $_ })
    $config
}

# Whether an adapter runs full duplex: only Windows 8 and later say.
function Get-Duplex([string]$Guid) {
    if ([Environment]::OSVersion.Version -lt [Version]'6.2') { return $null }
    $found = @(Get-WmiObject -Namespace root\StandardCimv2 -Class MSFT_NetAdapter -Filter "InterfaceGuid='$Guid'")
    if ($found.Count -eq 0 -or $null -eq $found[0].FullDuplex) { return $null }
    [bool]$found[0].FullDuplex
}

# ROOT\* are the virtual ones: VPN clients, capture drivers.
function Get-PhysicalAdapters {
    Get-WmiObject -Class Win32_NetworkAdapter -Filter 'PhysicalAdapter=TRUE AND MACAddress IS NOT NULL' |
        Where-Object { $_.PNPDeviceID -notlike 'ROOT\*' }
}

function ConvertTo-Adapter($Found) {
    $up = $Found.NetConnectionStatus -eq 2
    $speed = [uint64]0
    if ($up -and $Found.Speed -and [uint64]$Found.Speed -lt $script:MaxSpeed) { $speed = [uint64]$Found.Speed }
    [ordered]@{
        mac = $Found.MACAddress.ToLowerInvariant()
        name = [string]$Found.NetConnectionID
        up = $up
        speedBps = $speed
        fullDuplex = if ($up) { Get-Duplex $Found.GUID } else { $null }
        persistent = Get-PersistentConfig $Found.GUID
        live = Get-LiveConfig $Found.GUID
    }
}

Primitive 'net.read' {
    param($a)
    @{ adapters = @(Get-PhysicalAdapters | Sort-Object -Property MACAddress | ForEach-Object { ConvertTo-Adapter $_ }) }
}

# Its text is localised and it calls success a failure ("DHCP is already enabled"), so what counts is what is there afterwards.
function Invoke-Netsh([string[]]$Arguments) { Invoke-Program 'netsh.exe' (@('interface', 'ipv4') + $Arguments) '' 60 }

function Set-Adapter([string]$Index, $Config) {
    if ($Config.dhcp) {
        Invoke-Netsh @('set', 'address', "name=$Index", 'source=dhcp')
        Invoke-Netsh @('set', 'dnsservers', "name=$Index", 'source=dhcp')
        return
    }
    $address = @('set', 'address', "name=$Index", 'source=static', "address=$($Config.address)", "mask=$(ConvertTo-Mask $Config.prefix)")
    if ($Config.gateway) { $address += @("gateway=$($Config.gateway)", 'gwmetric=1') } else { $address += 'gateway=none' }
    Invoke-Netsh ($address + 'store=persistent')
    $servers = @($Config.dns)
    if ($servers.Count -eq 0) { Invoke-Netsh @('set', 'dnsservers', "name=$Index", 'source=static', 'address=none', 'validate=no') }
    for ($i = 0; $i -lt $servers.Count; $i++) {
        if ($i -eq 0) { $verb = @('set', 'dnsservers', "name=$Index", 'source=static', "address=$($servers[0])", 'register=primary') }
        else { $verb = @('add', 'dnsservers', "name=$Index", "address=$($servers[$i])", "index=$($i + 1)") }
        Invoke-Netsh ($verb + 'validate=no')
    }
}

function Test-SameConfig($Wanted, $Found) {
    if ([bool]$Wanted.dhcp -ne $Found.dhcp) { return $false }
    if ($Wanted.dhcp) { return $true }
    $Wanted.address -eq $Found.address -and $Wanted.prefix -eq $Found.prefix -and $Wanted.gateway -eq $Found.gateway -and
    (@($Wanted.dns) -join ' ') -eq (@($Found.dns) -join ' ')
}

# The new address is usable only when Windows has found nobody else at it, which takes seconds.
function Wait-Config([string]$Guid, $Config) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($clock.Elapsed.TotalSeconds -lt 20) {
        $persistent = Get-PersistentConfig $Guid
        $live = Get-LiveConfig $Guid
        if ((Test-SameConfig $Config $persistent) -and (Test-SameConfig $Config $live)) { return }
        [Threading.Thread]::Sleep(500)
    }
    Stop-Call 'failed' 'the adapter did not take the configuration' @{ persistent = $persistent; live = $live }
}

Primitive 'net.write' {
    param($a)
    $adapter = @(Get-PhysicalAdapters | Where-Object { $_.MACAddress -eq $a.mac })
    if ($adapter.Count -eq 0) { Stop-Call 'not-found' "no adapter $($a.mac)" }
    if ($adapter[0].NetConnectionStatus -ne 2) { Stop-Call 'failed' "the link of $($a.mac) is down" @{ up = $false } }
    $guid = $adapter[0].GUID
    if (-not $a.config.dhcp -and $a.config.address -ne (Get-LiveConfig $guid).address) {
        $neighbour = Get-Neighbour $a.config.address 1000
        if ($neighbour) { Stop-Call 'duplicate-address' "$($a.config.address) is in use by $neighbour" @{ mac = $neighbour } }
    }
    [void](Set-Adapter ([string]$adapter[0].InterfaceIndex) $a.config)
    Wait-Config $guid $a.config
}
