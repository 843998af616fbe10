# The account that the controller signs in with: a local administrator.

# Names of groups are localised, the SID is not.
function Get-Machine {
    Add-Type -AssemblyName System.DirectoryServices.AccountManagement
    New-Object DirectoryServices.AccountManagement.PrincipalContext ([DirectoryServices.AccountManagement.ContextType]::Machine)
}

function Find-Account([string]$Name = $script:Settings['user']) {
    $machine = Get-Machine
    $type = [DirectoryServices.AccountManagement.IdentityType]::SamAccountName
    [DirectoryServices.AccountManagement.UserPrincipal]::FindByIdentity($machine, $type, $Name)
}

function Get-AdministratorsGroup {
    $machine = Get-Machine
    $type = [DirectoryServices.AccountManagement.IdentityType]::Sid
    [DirectoryServices.AccountManagement.GroupPrincipal]::FindByIdentity($machine, $type, $script:Administrators)
}

function Confirm-Account {
    $user = $script:Settings['user']
    $account = Find-Account
    if ($null -eq $account) {
        if ($script:Settings['createAccount'] -ne 'yes') { Stop-Here 'noAccount' $user }
        New-Account
        return
    }
    if ($account.Enabled -eq $false) { Stop-Here 'accountDisabled' $user }
    if (-not $account.IsMemberOf((Get-AdministratorsGroup))) { Stop-Here 'accountNotAdministrator' $user }
    Write-Done 'accountThere' $user
}

# Nobody knows the password and nobody needs it: the key is the way in.
function New-Account {
    $bytes = New-Object byte[] 24
    (New-Object Security.Cryptography.RNGCryptoServiceProvider).GetBytes($bytes)
    $account = New-Object DirectoryServices.AccountManagement.UserPrincipal (Get-Machine)
    $account.SamAccountName = $script:Settings['user']
    # The last four see to the policies on what a password must have.
    $account.SetPassword([Convert]::ToBase64String($bytes) + 'aA1-')
    $account.PasswordNeverExpires = $true
    $account.Save()
    $group = Get-AdministratorsGroup
    [void]$group.Members.Add($account)
    $group.Save()
    Write-Change 'accountMade' $script:Settings['user']
}
