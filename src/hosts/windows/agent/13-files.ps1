# Files and folders, through .NET: cmdlets of the file system expand wildcards and add properties of their own to what they return.

$MaxRead = 1048576

function Assert-Path([string]$Path) {
    if (-not [IO.Path]::IsPathRooted($Path)) { Stop-Call 'bad-request' "not an absolute path: '$Path'" }
    $Path
}

# The CryptoServiceProvider: SHA256Managed throws where the FIPS policy is on.
function New-Sha256 { New-Object Security.Cryptography.SHA256CryptoServiceProvider }

function ConvertTo-Hex([byte[]]$Bytes) { [BitConverter]::ToString($Bytes).Replace('-', '').ToLowerInvariant() }

function Get-FileSha256([string]$Path) {
    $stream = New-Object IO.FileStream($Path, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]'ReadWrite, Delete')
    try { ConvertTo-Hex ((New-Sha256).ComputeHash($stream)) } finally { $stream.Dispose() }
}

# The string where it is a plain version (Python's numeric field holds something else), the numeric field where it is prose.
function Get-FileVersion([string]$Path) {
    $info = [Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    if (-not $info.FileVersion) { return $null }
    if ($info.FileVersion -match '^\d+(\.\d+)+$') { return $info.FileVersion }
    '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
}

function Get-FileStat([string]$Path, [bool]$Sha256 = $false) {
    $stat = [ordered]@{ path = $Path; exists = $true; isDirectory = [IO.Directory]::Exists($Path); size = 0; version = $null; sha256 = $null }
    if ($stat.isDirectory) { return $stat }
    $stat.exists = [IO.File]::Exists($Path)
    if (-not $stat.exists) { return $stat }
    $stat.size = (New-Object IO.FileInfo $Path).Length
    $stat.version = Get-FileVersion $Path
    if ($Sha256) { $stat.sha256 = Get-FileSha256 $Path }
    $stat
}

# [NullString]: PowerShell makes an empty string of $null, and Replace refuses that as a path.
function Move-FileOver([string]$From, [string]$To) {
    if ([IO.File]::Exists($To)) { [IO.File]::Replace($From, $To, [NullString]::Value) } else { [IO.File]::Move($From, $To) }
}

function Write-FileAtomically([string]$Path, [byte[]]$Bytes) {
    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Path))
    $temporary = '{0}.{1}.tmp' -f $Path, [Guid]::NewGuid().ToString('N')
    try {
        $stream = New-Object IO.FileStream($temporary, [IO.FileMode]::CreateNew, [IO.FileAccess]::Write, [IO.FileShare]::None)
        try {
            $stream.Write($Bytes, 0, $Bytes.Length)
            $stream.Flush($true)
        }
        finally { $stream.Dispose() }
        Move-FileOver $temporary $Path
    }
    catch {
        [IO.File]::Delete($temporary)
        throw
    }
}

# Takes read-only files too, and removes a junction without looking behind it.
function Remove-Tree([string]$Path) {
    if ([IO.File]::Exists($Path)) {
        [IO.File]::SetAttributes($Path, [IO.FileAttributes]::Normal)
        [IO.File]::Delete($Path)
        return
    }
    if (-not [IO.Directory]::Exists($Path)) { return }
    if (([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::ReparsePoint) -eq 0) {
        foreach ($entry in [IO.Directory]::GetFileSystemEntries($Path)) { Remove-Tree $entry }
    }
    [IO.File]::SetAttributes($Path, [IO.FileAttributes]::Directory)
    [IO.Directory]::Delete($Path)
}

# Only * and ? are special; to PowerShell brackets are too.
function New-Wildcard([string]$Match) {
    New-Object Management.Automation.WildcardPattern(($Match -replace '([\[\]`])', '`$1'), [Management.Automation.WildcardOptions]::IgnoreCase)
}

Primitive 'file.stat' {
    param($a)
    Get-FileStat (Assert-Path $a.path) ([bool](Get-Optional $a 'sha256' $false))
}

Primitive 'file.list' {
    param($a)
    $path = Assert-Path $a.path
    if (-not [IO.Directory]::Exists($path)) { return @{ names = @() } }
    # Our own wildcard: the one of GetFileSystemEntries also sees the 8.3 names.
    $wildcard = New-Wildcard $a.match
    $names = [string[]]@([IO.Directory]::GetFileSystemEntries($path) | ForEach-Object { [IO.Path]::GetFileName($_) } |
            Where-Object { $wildcard.IsMatch($_) })
    [Array]::Sort($names, [StringComparer]::Ordinal)
    @{ names = $names }
}

# Files whose full path fits. A folder that may not be opened (another account's profile) is passed over.
function Find-Files([string]$Folder, [string[]]$Parts) {
    $part, $rest = $Parts
    $rest = @($rest | Where-Object { $_ })
    $entries = @([IO.Path]::Combine($Folder, $part))
    if ($part -match '[*?]') {
        $wildcard = New-Wildcard $part
        try { $entries = @([IO.Directory]::GetFileSystemEntries($Folder) | Where-Object { $wildcard.IsMatch([IO.Path]::GetFileName($_)) }) }
        catch [IO.IOException], [UnauthorizedAccessException] { return }
    }
    foreach ($entry in $entries) {
        if ($rest.Count -gt 0) { if ([IO.Directory]::Exists($entry)) { Find-Files $entry $rest } }
        elseif ([IO.File]::Exists($entry)) { $entry }
    }
}

Primitive 'file.find' {
    param($a)
    $root = [IO.Path]::GetPathRoot((Assert-Path $a.pattern))
    $parts = @($a.pattern.Substring($root.Length).Split([char[]]'\/', [StringSplitOptions]::RemoveEmptyEntries))
    $paths = [string[]]@(Find-Files $root $parts)
    [Array]::Sort($paths, [StringComparer]::Ordinal)
    @{ files = @($paths | ForEach-Object { Get-FileStat $_ }) }
}

Primitive 'file.read' {
    param($a)
    $path = Assert-Path $a.path
    $size = (Get-FileStat $path).size
    if ($size -gt $script:MaxRead) { Stop-Call 'bad-request' "larger than 1 MiB: '$path'" @{ size = $size } }
    @{ base64 = [Convert]::ToBase64String([IO.File]::ReadAllBytes($path)) }
}

Primitive 'file.write' {
    param($a)
    Write-FileAtomically (Assert-Path $a.path) ([Convert]::FromBase64String($a.base64))
}

Primitive 'file.delete' {
    param($a)
    Remove-Tree (Assert-Path $a.path)
}

Primitive 'path.find' {
    param($a)
    # The machine's own PATH: this session inherited an older one, and the user's part of it is not the candidate's.
    $folders = @([string][Environment]::GetEnvironmentVariable('Path', 'Machine') -split ';' | ForEach-Object { $_.Trim(' "') } | Where-Object { $_ })
    $stats = foreach ($folder in $folders) {
        if (-not [IO.Path]::IsPathRooted($folder)) { continue }
        $file = [IO.Path]::Combine($folder, $a.name)
        if ([IO.File]::Exists($file)) { Get-FileStat $file }
    }
    @{ files = @($stats) }
}

# All entries are checked before the first is written.
Primitive 'archive.extract' {
    param($a)
    Add-Type -AssemblyName System.IO.Compression
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    $root = [IO.Path]::GetFullPath((Assert-Path $a.to)).TrimEnd([IO.Path]::DirectorySeparatorChar) + [IO.Path]::DirectorySeparatorChar
    $prefix = if ($a.from) { "$($a.from)/" } else { '' }
    $archive = [IO.Compression.ZipFile]::OpenRead((Assert-Path $a.path))
    try {
        $within = @($archive.Entries | Where-Object { $_.Name -and $_.FullName.Replace('\', '/').StartsWith($prefix, [StringComparison]::Ordinal) })
        if ($prefix -and -not $within.Count) { Stop-Call 'not-found' "the archive has no folder '$($a.from)'" }
        $files = @($within | ForEach-Object {
                $target = [IO.Path]::GetFullPath([IO.Path]::Combine($root, $_.FullName.Substring($prefix.Length)))
                if (-not $target.StartsWith($root, [StringComparison]::OrdinalIgnoreCase)) {
                    Stop-Call 'bad-request' "the archive has an entry outside the folder: '$($_.FullName)'"
                }
                @{ entry = $_; target = $target }
            })
        foreach ($file in $files) {
            [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($file.target))
            [IO.Compression.ZipFileExtensions]::ExtractToFile($file.entry, $file.target, $true)
        }
        return @{ files = $files.Count }
    }
    finally { $archive.Dispose() }
}
