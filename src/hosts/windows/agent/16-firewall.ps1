# Windows Firewall, through COM: the NetSecurity cmdlets are not on Windows 7, and what netsh prints is localised.

$FirewallProfiles = [ordered]@{ domain = 1; private = 2; public = 4 }
$FirewallProtocols = @{ tcp = 6; udp = 17; any = 256 }
$AllProfiles = 2147483647

function Get-FirewallPolicy { New-Object -ComObject HNetCfg.FwPolicy2 }

function ConvertTo-FirewallRule($Rule) {
    $profiles = @(foreach ($one in $script:FirewallProfiles.GetEnumerator()) { if ($Rule.Profiles -band $one.Value) { $one.Key } })
    $protocol = @($script:FirewallProtocols.GetEnumerator() | Where-Object { $_.Value -eq $Rule.Protocol } | ForEach-Object { $_.Key }) + @([int]$Rule.Protocol)
    [ordered]@{
        name = [string]$Rule.Name
        group = [string]$Rule.Grouping
        direction = if ($Rule.Direction -eq 1) { 'in' } else { 'out' }
        action = if ($Rule.Action -eq 1) { 'allow' } else { 'block' }
        enabled = [bool]$Rule.Enabled
        program = if ($Rule.ApplicationName) { [string]$Rule.ApplicationName } else { $null }
        protocol = $protocol[0]
        # Of a protocol without ports there are none: that is every one.
        localPorts = if ($Rule.LocalPorts) { [string]$Rule.LocalPorts } else { '*' }
        remotePorts = if ($Rule.RemotePorts) { [string]$Rule.RemotePorts } else { '*' }
        remoteAddresses = if ($Rule.RemoteAddresses) { [string]$Rule.RemoteAddresses } else { '*' }
        profiles = $profiles
    }
}

Primitive 'firewall.read' {
    param($a)
    $policy = Get-FirewallPolicy
    $profiles = [ordered]@{}
    foreach ($one in $script:FirewallProfiles.GetEnumerator()) {
        $profiles[$one.Key] = [ordered]@{
            on = [bool]$policy.FirewallEnabled($one.Value)
            inbound = if ($policy.DefaultInboundAction($one.Value) -eq 1) { 'allow' } else { 'block' }
            outbound = if ($policy.DefaultOutboundAction($one.Value) -eq 1) { 'allow' } else { 'block' }
        }
    }
    $wildcard = New-Wildcard $a.name
    $rules = @($policy.Rules | Where-Object { $wildcard.IsMatch([string]$_.Name) } | ForEach-Object { ConvertTo-FirewallRule $_ })
    @{ profiles = $profiles; rules = $rules }
}

# Set on the rule itself: what it has besides stays as it is.
Primitive 'firewall.switch' {
    param($a)
    $count = 0
    foreach ($rule in @((Get-FirewallPolicy).Rules | Where-Object { $_.Name -eq $a.rule.name })) {
        $same = ConvertTo-FirewallRule $rule
        if (@('program', 'direction', 'protocol', 'action' | Where-Object { [string]$same[$_] -ne [string]$a.rule.$_ }).Count -gt 0) { continue }
        $rule.Enabled = [bool]$a.enabled
        $count++
    }
    @{ rules = $count }
}

# The protocol comes before the ports, which are refused for a protocol that has none.
function New-FirewallRule([string]$Name, $From) {
    $rule = New-Object -ComObject HNetCfg.FWRule
    $rule.Name = $Name
    $rule.Grouping = [string]$From.group
    $rule.Direction = if ($From.direction -eq 'in') { 1 } else { 2 }
    $rule.Action = [int]($From.action -eq 'allow')
    if ($From.program) { $rule.ApplicationName = [string]$From.program }
    $protocol = $From.protocol
    if ($script:FirewallProtocols.ContainsKey([string]$protocol)) { $protocol = $script:FirewallProtocols[[string]$protocol] }
    $rule.Protocol = [int]$protocol
    if ($From.localPorts -ne '*') { $rule.LocalPorts = [string]$From.localPorts }
    if ($From.remotePorts -ne '*') { $rule.RemotePorts = [string]$From.remotePorts }
    $rule.RemoteAddresses = [string]$From.remoteAddresses
    $rule.Profiles = $script:AllProfiles
    if (@($From.profiles).Count -lt 3) {
        $bits = 0
        foreach ($one in @($From.profiles)) { $bits = $bits -bor $script:FirewallProfiles[[string]$one] }
        $rule.Profiles = $bits
    }
    $rule.Enabled = [bool]$From.enabled
    $rule
}

Primitive 'firewall.write' {
    param($a)
    $policy = Get-FirewallPolicy
    # Made first: one that the firewall refuses leaves those that there are. Remove takes one of those of a name.
    $new = $null
    if ($null -ne $a.rule) { $new = New-FirewallRule $a.name $a.rule }
    foreach ($old in @($policy.Rules | Where-Object { $_.Name -eq $a.name })) { $policy.Rules.Remove($old.Name) }
    if ($null -ne $new) { $policy.Rules.Add($new) }
}
