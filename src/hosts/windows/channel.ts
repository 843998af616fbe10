/**
 * The agent channel on Windows: Windows PowerShell reads statements from its standard input, one a line.
 *
 * Every line is a complete statement, because that is the one form of `-Command -` without traps: a statement of several lines waits for an
 * empty line or is silently dropped, and `function f` with its brace on the next line does not parse in 5.1 (PowerShell/PowerShell#3223,
 * #21644, #2068). Base64 keeps quotes and code pages out of it. The agent's source travels the same way, so that a session writes nothing to
 * the machine's disk (a frozen PC must not be written to) and always speaks to the version that belongs to this controller.
 *
 *     $s=''
 *     $s+='<base64, at most 8000 characters>'          as often as needed
 *     $b=[Convert]::FromBase64String($s)
 *     $h=…                                             SHA-256 of $b, lower-case hex: what arrived, as seen by the machine
 *     . ([scriptblock]::Create(…))                     defines the agent's functions in this session
 *     Start-Agent $h                                   → @@{"hello":{…}}
 *     R '<base64 of the request>'                      → @@{"id":…,"results":[…]}
 */
import type { Channel } from '../channel.ts';

const chunkLength = 8000;

/** The fixed lines, in the order they are sent. */
export const lines = {
  begin: "$s=''",
  chunk: (base64: string): string => `$s+='${base64}'`,
  decode: '$b=[Convert]::FromBase64String($s)',
  // The CryptoServiceProvider and not SHA256Managed: the managed one throws where the FIPS policy is on.
  hash: "$h=[BitConverter]::ToString((New-Object Security.Cryptography.SHA256CryptoServiceProvider).ComputeHash($b)).Replace('-','').ToLowerInvariant()",
  load: '. ([scriptblock]::Create([Text.Encoding]::UTF8.GetString($b)))',
  start: 'Start-Agent $h',
  request: (base64: string): string => `R '${base64}'`,
} as const;

function chunks(text: string): string[] {
  const count = Math.ceil(text.length / chunkLength);
  return Array.from({ length: count }, (_, index) => text.slice(index * chunkLength, (index + 1) * chunkLength));
}

export const windowsChannel: Channel = {
  command: 'powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command -',
  opening: (source) =>
    [
      lines.begin,
      ...chunks(source.toString('base64')).map(lines.chunk),
      lines.decode,
      lines.hash,
      lines.load,
      lines.start,
      '',
    ].join('\n'),
  request: (json) => `${lines.request(Buffer.from(json, 'ascii').toString('base64'))}\n`,
};
