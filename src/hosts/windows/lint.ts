/**
 * What can be known of PowerShell without running it: that it parses, that it calls nothing but its own functions and cmdlets that Windows 7
 * with PowerShell 5.1 has, and that no command is ever built from text. For the tests.
 */
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';

/** By their full names: an alias can be redefined, and reads worse. None of NetTCPIP, NetAdapter, ScheduledTasks, which Windows 7 lacks. */
const cmdlets = new Set([
  'Add-Type',
  'ConvertFrom-Json',
  'ForEach-Object',
  'Get-Acl',
  'Get-Random',
  'Get-Variable',
  'Get-WmiObject',
  'Invoke-WmiMethod',
  'Measure-Object',
  'New-Object',
  'Remove-Item',
  'Select-Object',
  'Set-StrictMode',
  'Sort-Object',
  'Test-Path',
  'Where-Object',
]);

/** Built-in aliases are looked up before functions, and all of them are without a hyphen. `R` is one, which the source therefore removes. */
const plainNames = new Set(['Primitive', 'R']);

/** The one command that is not written out: a handler from the table that the source itself fills. */
const dispatch = /^& \$script:Primitives\[/;
const runsText = /\[scriptblock\]::Create|Invoke-Expression|NewScriptBlock|ExecutionContext/i;

export async function powershell(): Promise<Parser> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  return new Parser().setLanguage(await Language.load(grammar));
}

const at = (node: Node, what: string): string =>
  `line ${node.startPosition.row + 1}: ${what}: ${node.text.slice(0, 60)}`;

function badNodes(node: Node): Node[] {
  if (node.isError || node.isMissing) return [node];
  return node.children.flatMap(badNodes);
}

/** Names registered by `Primitive '<name>' { … }`, in the order of the source. */
export function registered(root: Node): string[] {
  return root
    .descendantsOfType('command')
    .map((command) => /^Primitive '([^']+)' \{/.exec(command.text)?.[1])
    .filter((name) => name !== undefined);
}

function commandProblem(command: Node, own: ReadonlySet<string>): string | undefined {
  const name = command.childForFieldName('command_name');
  if (name === null) return at(command, 'a command without a name');
  if (name.type === 'command_name') {
    if (own.has(name.text) || cmdlets.has(name.text)) return undefined;
    return at(command, 'neither a function of the agent nor a cmdlet that every PC has');
  }
  return dispatch.test(command.text) ? undefined : at(command, 'what this runs is not written here');
}

/** @returns a line for each fault; empty for a source that may be sent to a PC. */
export function lint(parser: Parser, source: string): string[] {
  const root = parser.parse(source)?.rootNode;
  if (!root) return ['no syntax tree'];
  const own = new Set(root.descendantsOfType('function_name').map((node) => node.text));
  const lines = source.split('\n');
  const foreign = lines.flatMap((line, row) =>
    /^[\t -~]*$/.test(line) ? [] : [`line ${row + 1}: not ASCII: ${line}`],
  );
  const textual = lines.flatMap((line, row) =>
    runsText.test(line) ? [`line ${row + 1}: runs text: ${line.trim()}`] : [],
  );
  return [
    ...badNodes(root).map((node) => at(node, 'does not parse')),
    ...root.descendantsOfType('command').map((command) => commandProblem(command, own)),
    ...[...own]
      .filter((name) => !name.includes('-') && !plainNames.has(name))
      .map((name) => `an alias may hide ${name}`),
    ...foreign,
    ...textual,
    ...(/^Set-StrictMode -Version 3\.0$/m.test(source) ? [] : ['no strict mode']),
  ].filter((problem) => problem !== undefined);
}
