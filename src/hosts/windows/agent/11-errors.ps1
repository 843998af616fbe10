# Errors by number and type, never by their text: that is in the language of the machine.

$ErrorCodes = @{
    '80070002' = 'not-found'; '80070003' = 'not-found'; '80070424' = 'not-found' # file, path, service
    '80070005' = 'denied'; '80070522' = 'denied'; '800702e4' = 'denied'; '8013150a' = 'denied' # access, privilege, elevation, security
    '80070020' = 'busy'; '80070021' = 'busy'; '80070497' = 'busy' # sharing, lock, file in use while being replaced
    '80070027' = 'no-space'; '80070070' = 'no-space'
    '80131505' = 'timeout'
    '80070057' = 'bad-request'; '80131537' = 'bad-request'; '80131515' = 'bad-request'; '800700ce' = 'bad-request' # argument, format, path
    '8004100e' = 'not-found'; '80041010' = 'not-found'; '80041002' = 'not-found' # WMI namespace, class, object
    '80041003' = 'denied'; '80041017' = 'bad-request'; '80041008' = 'bad-request' # WMI access, query, parameter
}

function Stop-Call([string]$Code, [string]$Message, [hashtable]$Detail = @{}) {
    $exception = New-Object InvalidOperationException $Message
    $exception.Data['code'] = $Code
    $exception.Data['detail'] = $Detail
    throw $exception
}

# PowerShell wraps what .NET throws, so the cause is somewhere down the chain.
function ConvertTo-WireError($Record) {
    for ($cause = $Record.Exception; $null -ne $cause; $cause = $cause.InnerException) {
        if ($cause.Data.Contains('code')) {
            $wire = [ordered]@{ code = $cause.Data['code']; message = $cause.Message }
            if ($cause.Data['detail'].Count -gt 0) { $wire['detail'] = $cause.Data['detail'] }
            return $wire
        }
        $number = Get-ErrorNumber $cause
        if ($script:ErrorCodes.ContainsKey($number)) {
            return [ordered]@{ code = $script:ErrorCodes[$number]; message = $cause.Message; detail = @{ hresult = $number } }
        }
    }
    # An argument that the request lacks.
    $code = 'failed'
    if ($Record.FullyQualifiedErrorId -eq 'PropertyNotFoundStrict') { $code = 'bad-request' }
    [ordered]@{ code = $code; message = $Record.Exception.GetBaseException().Message; detail = @{ at = [string]$Record.FullyQualifiedErrorId } }
}

# Eight hexadecimal digits of the HRESULT that says what happened.
function Get-ErrorNumber([Exception]$Exception) {
    if ($Exception -is [ComponentModel.Win32Exception]) { return '8007{0:x4}' -f $Exception.NativeErrorCode }
    if ($Exception.GetType().FullName -eq 'System.Management.ManagementException') { return '{0:x8}' -f [int]$Exception.ErrorCode }
    '{0:x8}' -f $Exception.HResult
}
