# A restart, and what happens when this source runs as a file.

# Exit code 1190: a restart is scheduled already; 1115: one is in progress. Both are what was asked for. /f: an open program must not keep a
# room waiting. /r is a full restart: Fast Startup concerns shutting down only.
Primitive 'restart' {
    param($a)
    $result = Invoke-Program 'shutdown.exe' @('/r', '/t', [string][int]$a.delaySec, '/f')
    if (@(0, 1115, 1190) -notcontains $result.exitCode) { throw (New-Object ComponentModel.Win32Exception ([int]$result.exitCode)) }
}

# For people and inventories: which agent this PC was given, and that its folder is its own. Prints one line of JSON.
function Register-Agent {
    Protect-BaseFolder
    $hash = ConvertTo-Hex ((New-Sha256).ComputeHash($script:AgentBytes))
    foreach ($value in @('Agent', $hash), @('AgentVersion', '1')) {
        $data = @{ key = 'HKLM\SOFTWARE\examsite'; name = $value[0]; value = @{ type = 'REG_SZ'; data = $value[1] } }
        [void](& $script:Primitives['registry.write'] $data)
    }
    ConvertTo-AsciiJson ([ordered]@{ machineId = Get-MachineId; agent = $hash; protocol = 1 })
}

# Leaves what modules saved for their undo: somebody may still want it back.
function Unregister-Agent {
    foreach ($name in 'Agent', 'AgentVersion') {
        [void](& $script:Primitives['registry.write'] @{ key = 'HKLM\SOFTWARE\examsite'; name = $name; value = $null })
    }
    Remove-Tree ([IO.Path]::Combine($script:BaseFolder, 'agent.ps1'))
    ConvertTo-AsciiJson ([ordered]@{ machineId = Get-MachineId })
}

if ($Job) { Invoke-Job $Job }
elseif ($Register) { Register-Agent }
elseif ($Unregister) { Unregister-Agent }
