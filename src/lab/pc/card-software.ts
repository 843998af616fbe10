/** What a restore card leaves to be seen in Windows: hints for whoever looks, and the vendor's command line (windows-facts 4). */
import type { Card, CardKind } from './machine.ts';
import type { Pc } from './pc.ts';

const program = (name: string): { content: Buffer; size: number } => ({
  content: Buffer.from(JSON.stringify({ program: name })),
  size: 200_000,
});
const diskClass = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e967-e325-11ce-bfc1-08002be10318}';
const run = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

const installers: Readonly<Record<CardKind, (pc: Pc) => void>> = {
  none: () => undefined,
  'deep-freeze': ({ files, registry, services }) => {
    const folder = 'C:\\Program Files (x86)\\Faronics\\Deep Freeze\\Install C-0';
    files.write('C:\\Windows\\SysWOW64\\DFC.exe', program('dfc'));
    for (const name of ['DFServ.exe', '_$Df\\FrzState2k.exe'])
      files.write(`${folder}\\${name}`, program('deep-freeze'));
    files.write('C:\\Persi0.sys', { content: Buffer.alloc(0), size: 1_000_000 });
    registry.set('HKLM\\SOFTWARE\\WOW6432Node\\Faronics\\Deep Freeze 6', 'DF Version', {
      type: 'REG_SZ',
      data: '8.60.020.5592',
    });
    registry.set(run, 'FrzState', { type: 'REG_SZ', data: `"${folder}\\_$Df\\FrzState2k.exe"` });
    services.register('DFServ', { startType: 'Automatic', path: `"${folder}\\DFServ.exe"` });
    services.register('DeepFrz', { startType: 'Boot', path: 'System32\\drivers\\DeepFrz.sys' });
  },
  uwf: ({ files, services }) => {
    files.write('C:\\Windows\\System32\\uwfmgr.exe', program('uwfmgr'));
    services.register('uwfvol', { startType: 'Boot', path: 'System32\\drivers\\uwfvol.sys' });
  },
  hardware: ({ registry, services }) => {
    registry.set(diskClass, 'UpperFilters', { type: 'REG_MULTI_SZ', data: ['hdguard', 'partmgr'] });
    services.register('hdguard', { startType: 'Boot', path: 'System32\\drivers\\hdguard.sys' });
  },
};

export function installCardSoftware(pc: Pc, { kind }: Pick<Card, 'kind'>): void {
  installers[kind](pc);
  pc.services.boot();
}
