// Does not prove a PC's own kernel and hardware: its disk, systemd, sshd, services, restart and network manager are real, its card is a cable.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { linuxPcSite } from '../../../test/linux-pc-site.ts';
import { linuxPcTools } from '../../../test/linux-pc.ts';
import { needs } from '../../../test/tools.ts';
import { hostContract } from './contract.ts';
import { dropSessionsOf, processesWith, sshdAmong } from './openssh.ts';
import { marker, programs } from './programs.ts';
import type { Subject } from './subject.ts';

async function linuxPc(): Promise<Subject> {
  const site = await linuxPcSite({ net: '10.68.1', network: 'NetworkManager' });
  const { pc, host, served, depotUrl } = site;
  mkdirSync(path.join(pc.machine.root, 'srv/scratch'), { recursive: true });
  return {
    ...{ host, platform: 'linux', scratch: '/srv/scratch', programs: programs('/usr/bin/python3') },
    serve: (file, content) => {
      writeFileSync(path.join(served, file), content);
      return depotUrl + file;
    },
    dropSession: () => dropSessionsOf(sshdAmong(pc.processes()) ?? 0),
    cleanup: () => site.close(),
    leftovers: () => Promise.resolve(processesWith(marker).map(String)),
  };
}

needs(...linuxPcTools).describe('booted', () => {
  const able = { sessions: true, restart: true, services: true, adapters: true };
  hostContract('a Linux PC', 'linux', linuxPc, able, 60_000);
});
