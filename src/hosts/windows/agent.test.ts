// Does not prove that Windows PowerShell runs the agent as meant: only that the text keeps to the rules under which it was written.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { agentSource } from '../agent-source.ts';
import { primitivesOf } from '../contract/platforms.ts';
import { lint, powershell, registered } from './lint.ts';

const source = agentSource('windows').toString('utf8');
let parser: Parser;
beforeAll(async () => {
  parser = await powershell();
});

describe('agent.ps1', () => {
  it('parses, calls only what every PC has, and builds no command from text', () => {
    expect(lint(parser, source)).toEqual([]);
  });

  it('has a handler for each primitive of Windows, once, and for no other', () => {
    const tree = parser.parse(source);
    expect(tree && registered(tree.rootNode).sort()).toEqual(primitivesOf('windows'));
  });

  it('begins with its parameters, without which a script ignores what it is called with', () => {
    expect(source.split('\n').find((line) => !line.startsWith('#'))).toMatch(/^param\(/);
  });

  it('removes the built-in alias that would take every request, before it defines R', () => {
    const removal = source.indexOf("Remove-Item -LiteralPath 'Alias:\\r'");
    expect(removal).toBeGreaterThan(0);
    expect(removal).toBeLessThan(source.indexOf('function R('));
  });

  it('never leaves the session: an exit would end the channel', () => {
    expect(source).not.toMatch(/^\s*exit\b/m);
  });

  it('travels within the length that a slow PC reads in no time', () => {
    expect(source.length).toBeLessThan(100_000);
  });
});

describe('the lint', () => {
  const strict = 'Set-StrictMode -Version 3.0\n';
  it.each([
    ['a statement that does not parse', 'if ($true) { 1'],
    ['an alias', 'gwmi Win32_BIOS'],
    ['a cmdlet that Windows 7 has not', 'Get-NetAdapter'],
    ['a program called by name', 'netsh.exe interface show'],
    ['a command from a variable', '& $exe $arguments'],
    ['a dot-sourced file', '. $file'],
    ['text that is run', "Invoke-Expression 'x'"],
    ['a script block made of text', "[scriptblock]::Create('x')"],
    ['a function that an alias may hide', 'function h { 1 }'],
    ['a character outside ASCII', "'\u4ee5\u592a\u7f51'"],
  ])('finds %s', (_, fault) => {
    expect(lint(parser, strict + fault)).not.toEqual([]);
  });

  it('finds that strict mode is missing', () => {
    expect(lint(parser, '$a = 1')).toEqual(['no strict mode']);
  });

  it('accepts a function and its call', () => {
    expect(lint(parser, `${strict}function Get-One { 1 }\nGet-One | Sort-Object`)).toEqual([]);
  });
});
