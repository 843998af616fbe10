// Does not prove that RouterOS writes its log like this: the lines are the model's, and two as people have shown them.
import { expect, it } from 'vitest';
import { ScriptedHost } from '../../scripted-host.ts';
import { refused, refusedCommand } from './refused.ts';
import { asBought, desiredWith, ModelHost, up } from './testing.ts';

it('is told by PC, most often first', async () => {
  const device = asBought();
  const host = new ModelHost(device);
  await up(host, desiredWith());
  const packet = {
    from: 'bridge',
    to: 'ether1',
    source: '10.30.1.11',
    destination: '198.18.0.67',
    protocol: 'tcp',
  } as const;
  for (const sourcePort of [1, 2]) device.connections.send({ ...packet, sourcePort, port: 443 });
  device.connections.send({ ...packet, source: '10.30.1.12', protocol: 'udp', sourcePort: 1, port: 443 });
  device.connections.send({ ...packet, protocol: 'icmp' });
  expect(await refused(host)).toEqual([
    { from: '10.30.1.11', what: 'tcp 198.18.0.67:443', times: 2 },
    { from: '10.30.1.12', what: 'udp 198.18.0.67:443', times: 1 },
    { from: '10.30.1.11', what: 'icmp 198.18.0.67', times: 1 },
  ]);
});

it('lines as others have shown them are understood, and what is no such line is passed over', async () => {
  const stdout = [
    'examsite examsite-forward: in:bridge out:ether1, connection-state:new src-mac 00:23:24:5a:00:01, proto TCP (SYN), 10.30.1.11:50000->198.18.0.67:443, len 52',
    'examsite examsite-input: in:bridge out:(unknown 0), connection-state:new src-mac 00:23:24:5a:00:01, proto ICMP (type 8, code 0), 10.30.1.11->10.30.1.1, len 60',
    'examsite examsite-forward: somebody wrote this',
    'examsite-done\n',
  ].join('\r\n');
  const host = new ScriptedHost([
    {
      call: 'console.run',
      args: { command: `{${refusedCommand}; :put "examsite-done"}` },
      ok: { exitCode: 0, stdout, stderr: '' },
    },
  ]);
  expect(await refused(host)).toEqual([
    { from: '10.30.1.11', what: 'tcp 198.18.0.67:443', times: 1 },
    { from: '10.30.1.11', what: 'icmp 10.30.1.1', times: 1 },
  ]);
});
