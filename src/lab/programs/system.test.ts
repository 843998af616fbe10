// Does not prove what the vendors' programs answer: DFC's codes are from an old manual (windows-facts 4), a wrong password's is assumed.
import { describe, expect, it } from 'vitest';
import { put, run, snapshot, testPc } from './testing.ts';
import type { Pc } from '../pc/pc.ts';

const dfcPath = 'C:\\Windows\\SysWOW64\\DFC.exe';
function deepFreeze(frozen: boolean): Pc {
  const machine = testPc({ card: { kind: 'deep-freeze', frozen, password: 'geheim' } });
  put(machine, dfcPath, JSON.stringify({ program: 'dfc' }));
  return machine;
}

describe('DFC.exe', () => {
  const answers: [string, boolean, string[], number, boolean][] = [
    ['is frozen', true, ['get', '/ISFROZEN'], 1, true],
    ['is thawed', false, ['get', '/ISFROZEN'], 0, false],
    ['thaws at the next start', true, ['geheim', '/THAWNEXTBOOT'], 0, false],
    ['freezes at the next start', false, ['geheim', '/freezenextboot'], 0, true],
    ['does nothing with a wrong password', true, ['falsch', '/THAWNEXTBOOT'], 5, true],
    ['knows no such command', true, ['geheim', '/MELT'], 4, true],
    ['knows no such question', true, ['get', '/VERSION'], 4, true],
    ['boots frozen only when thawed', true, ['geheim', '/BOOTFROZEN'], 3, true],
    ['boots thawed only when frozen', false, ['geheim', '/BOOTTHAWED'], 3, false],
  ];
  it.each(answers)('%s (frozen %s): %j gives %i', async (_, frozen, args, code, next) => {
    const machine = deepFreeze(frozen);
    expect((await run(machine, dfcPath, ...args)).exitCode).toBe(code);
    expect(machine.card).toMatchObject({ frozen, nextBootFrozen: next });
  });

  it('restarts thawed with /BOOTTHAWED', async () => {
    const machine = deepFreeze(true);
    const before = machine.bootTime;
    await run(machine, dfcPath, 'geheim', '/BOOTTHAWED');
    await expect.poll(() => machine.bootTime).not.toEqual(before);
    expect(machine.card.frozen).toBe(false);
  });

  it('is not valid on a PC without the card', async () => {
    const machine = testPc();
    put(machine, dfcPath, JSON.stringify({ program: 'dfc' }));
    expect((await run(machine, dfcPath, 'get', '/ISFROZEN')).exitCode).toBe(3);
  });
});

describe('uwfmgr.exe', () => {
  const uwfmgr = 'C:\\Windows\\System32\\uwfmgr.exe';
  async function uwf(): Promise<Pc> {
    const machine = testPc({ card: { kind: 'uwf', frozen: false } });
    put(machine, uwfmgr, JSON.stringify({ program: 'uwfmgr' }));
    await run(machine, uwfmgr, 'filter', 'enable');
    await machine.restart();
    return machine;
  }

  it('switches the filter for the next start, not for this one', async () => {
    const machine = await uwf();
    expect((await run(machine, uwfmgr, 'filter', 'disable')).exitCode).toBe(0);
    expect(machine.card).toMatchObject({ frozen: true, nextBootFrozen: false });
    expect((await run(machine, uwfmgr, 'get-config')).stdout.match(/O(?:N|FF)/g)).toEqual(['ON', 'OFF']);
    await machine.restart();
    expect((await run(machine, uwfmgr, 'get-config')).stdout.match(/O(?:N|FF)/g)).toEqual(['OFF', 'OFF']);
  });

  it('refuses what it does not know, and a PC without the feature', async () => {
    expect((await run(await uwf(), uwfmgr, 'filter', 'melt')).exitCode).toBe(1);
    const plain = testPc();
    put(plain, uwfmgr, JSON.stringify({ program: 'uwfmgr' }));
    expect((await run(plain, uwfmgr, 'get-config')).exitCode).toBe(1);
  });
});

describe('powershell.exe -File', () => {
  const agent = 'C:\\ProgramData\\examsite\\agent.ps1';
  const source = "param([string]$Job = '', [switch]$Register, [switch]$Unregister)\n";
  const script = (machine: Pc, ...args: string[]) =>
    run(
      machine,
      'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      '-NoProfile',
      '-ExecutionPolicy',
      'Bypass',
      '-File',
      agent,
      ...args,
    );

  it('registers the agent and takes it back without a trace', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    put(machine, agent, source);
    const { exitCode, stdout } = await script(machine, '-Register');
    const said = JSON.parse(stdout) as { machineId: string; agent: string };
    expect(exitCode).toBe(0);
    expect(said.machineId).toBe(machine.machineId);
    expect(machine.registry.values('HKLM\\SOFTWARE\\examsite')['Agent']?.data).toBe(said.agent);
    expect((await script(machine, '-Unregister')).exitCode).toBe(0);
    const { files } = snapshot(machine);
    expect(files).toEqual(before['files']);
    expect(machine.registry.values('HKLM\\SOFTWARE\\examsite')).toEqual({});
  });

  it('does not run a script that is absent, nor one that is not the agent', async () => {
    const machine = testPc();
    expect((await script(machine, '-Register')).exitCode).toBe(0xfffd0000);
    put(machine, agent, 'Write-Host hello\n');
    expect((await script(machine, '-Register')).exitCode).toBe(1);
    expect(machine.registry.exists('HKLM\\SOFTWARE\\examsite')).toBe(false);
  });
});

it('finds nothing with where.exe that is not on PATH', async () => {
  const { exitCode, stderr } = await run(testPc(), 'where.exe', 'chromedriver');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'INFO: Could not find files for the given pattern(s).\r\n',
  });
});

it('refuses with icacls.exe a path that is not there', async () => {
  expect((await run(testPc(), 'icacls.exe', 'C:\\nowhere', '/inheritance:r')).exitCode).toBe(2);
  expect((await run(testPc(), 'icacls.exe', 'C:\\Windows', '/inheritance:r')).exitCode).toBe(0);
});
