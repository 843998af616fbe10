// Does not prove cmd.exe: only the forms of windows-facts 1 that examsite and its people use.
import { describe, expect, test } from 'vitest';
import { simulatedPc } from '../testing.ts';
import { parseArguments } from './argv.ts';
import { runInCmd } from './cmd.ts';

describe('a Windows program takes its command line apart', () => {
  // The examples of Microsoft's "Parsing C command-line arguments".
  test.each([
    [String.raw`"a b c" d e`, ['a b c', 'd', 'e']],
    [String.raw`"ab\"c" "\\" d`, ['ab"c', '\\', 'd']],
    [String.raw`a\\\b d"e f"g h`, [String.raw`a\\\b`, 'de fg', 'h']],
    [String.raw`a\\\"b c d`, [String.raw`a\"b`, 'c', 'd']],
    [String.raw`a\\\\"b c" d e`, [String.raw`a\\b c`, 'd', 'e']],
    ['x "" y', ['x', '', 'y']],
    [String.raw`C:\dir\ z`, ['C:\\dir\\', 'z']],
    ['   ', []],
  ])('%s', (line, expected) => expect(parseArguments(line)).toEqual(expected));
});

describe('cmd.exe /c', () => {
  const cases: readonly [string, number, string][] = [
    ['echo %OS%', 0, 'Windows_NT\r\n'],
    ['if exist C:\\Windows\\System32\\msiexec.exe echo there', 0, 'there\r\n'],
    ['if exist C:\\none echo there', 0, ''],
    ['if not exist "C:\\no such" echo gone', 0, 'gone\r\n'],
    ['if exist C:\\Windows exit 3', 3, ''],
    ['echo %NOT_SET%', 0, '%NOT_SET%\r\n'],
    ['exit 3010', 3010, ''],
    ['exit /b 3', 3, ''],
    ['exit 1 && echo no', 1, ''],
    ['exit 1 & echo yes', 0, 'yes\r\n'],
    ['echo "a & b"', 0, '"a & b"\r\n'],
  ];
  test.each(cases)('%s', async (command, exitCode, stdout) => {
    const { machine } = await simulatedPc();
    expect(await runInCmd(machine, command, '')).toEqual({ exitCode, stdout, stderr: '' });
  });

  test('finds programs in PATH, and passes them their arguments and their input', async () => {
    const program = { exitCode: 7, stdout: 'out', stderr: 'err' };
    const seen: unknown[] = [];
    const { machine } = await simulatedPc({
      software: {
        webdriver: () => Promise.reject(new Error('no browser here')),
        programs: {
          tool: ({ exe, args, stdin }) => {
            seen.push(exe, args, stdin);
            return Promise.resolve(program);
          },
        },
      },
    });
    const content = Buffer.from('{"program":"tool"}');
    machine.files.write('C:\\Windows\\tool.exe', { content, size: content.length });
    expect(await runInCmd(machine, String.raw`tool "a b" C:\x`, 'input')).toEqual(program);
    expect(seen).toEqual(['C:\\Windows\\tool.exe', ['a b', 'C:\\x'], 'input']);
  });

  test('says what it does not know, and what it does not model', async () => {
    const { machine } = await simulatedPc();
    expect(await runInCmd(machine, 'nonsense /x', '')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not recognized') as string,
    });
    expect(await runInCmd(machine, 'echo a > b', '')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('redirections') as string,
    });
  });
});
