# What the machine trusts as a root. Through .NET, as it is on Windows 7 too: what certutil prints is localised, and a thumbprint is SHA-1.

function Get-RootStore([string]$Flags) {
    $store = New-Object Security.Cryptography.X509Certificates.X509Store('Root', 'LocalMachine')
    $store.Open($Flags)
    $store
}

function Get-CertificateHash($Certificate) { ConvertTo-Hex ((New-Sha256).ComputeHash($Certificate.RawData)) }

# A name a line, without quotes: O of the subject as it was written.
function Test-Organisation($Certificate, [string]$Organisation) {
    $lines = $Certificate.SubjectName.Decode('UseNewLines, DoNotUseQuotes') -split '\r?\n'
    $lines -ccontains "O=$Organisation"
}

# The store is made of several: a certificate may be there more than once.
Primitive 'certificate.read' {
    param($a)
    $found = @{}
    $store = Get-RootStore 'ReadOnly'
    try {
        foreach ($one in $store.Certificates) {
            if (Test-Organisation $one $a.organisation) { $found[(Get-CertificateHash $one)] = [Convert]::ToBase64String($one.RawData) }
        }
    }
    finally { $store.Close() }
    $sorted = @($found.GetEnumerator() | Sort-Object -Property Key | ForEach-Object { @{ sha256 = $_.Key; der = $_.Value } })
    @{ certificates = $sorted; now = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture) }
}

# .NET also takes PKCS #7, PFX and text: what it made of them is another certificate than what was given.
function New-Certificate([string]$Base64) {
    $bytes = [Convert]::FromBase64String($Base64)
    try { $certificate = New-Object Security.Cryptography.X509Certificates.X509Certificate2(, $bytes) }
    catch { Stop-Call 'bad-request' 'not a certificate' }
    if ([Convert]::ToBase64String($certificate.RawData) -cne [Convert]::ToBase64String($bytes)) { Stop-Call 'bad-request' 'not exactly one certificate' }
    $certificate
}

# The store of the machine asks nobody; that of an account would open a window.
Primitive 'certificate.add' {
    param($a)
    $certificate = New-Certificate $a.der
    $store = Get-RootStore 'ReadWrite'
    try { $store.Add($certificate) } finally { $store.Close() }
}

Primitive 'certificate.delete' {
    param($a)
    $store = Get-RootStore 'ReadWrite'
    try {
        foreach ($one in @($store.Certificates)) { if ((Get-CertificateHash $one) -eq $a.sha256) { $store.Remove($one) } }
    }
    finally { $store.Close() }
}
