// Does not prove that RouterOS is like this: it is a model of what MikroTik's manual says, and of exports that people have shown.
import { describe, expect, it } from 'vitest';
import { Device, type DeviceOptions } from './device.ts';
import { factory } from './factory.ts';

const device = (more: readonly string[] = [], options: Partial<DeviceOptions> = {}): Device =>
  new Device({ ...factory, ...options, setUp: [...factory.setUp, ...more] });

describe('what the console does not know it says in its own words, and runs nothing of', () => {
  it.each([
    ['/ip firewall filtr print', 'bad command name filtr (line 1 column 14)'],
    [':putt x', 'bad command name putt (line 1 column 2)'],
    ['exec python3 -u', 'bad command name exec (line 1 column 1)'],
    ['/ip firewall filter add chain=forward acction=drop', 'expected end of command (line 1 column 39)'],
    ['/ip firewall filter print tersely', 'expected end of command (line 1 column 27)'],
    [':put $a', 'syntax error (line 1 column 6)'],
    [':local a 1; { :local b 2 }; :put $b', 'syntax error (line 1 column 34)'],
    [':put "a', 'syntax error (line 1 column 6)'],
    [':put before\n/ip firewall filter add chain=', 'missing value(s) of argument(s) chain'],
    ['/ip firewall filter add chain=forward in-interface=ether9', 'input does not match any value of in-interface'],
    ['/ip firewall filter add chain=forward action=deny', 'input does not match any value of action'],
    ['/ip firewall filter add chain=forward dst-port=80;443', 'bad command name 443 (line 1 column 51)'],
    ['/ip address add address=10.0.0.1.2/24 interface=bridge', 'invalid value for argument address'],
    ['/interface bridge add name=bridge', 'failure: already have such entry'],
    ['/ip pool remove default-dhcp', 'failure: pool is in use'],
    ['/ip firewall filter remove 99', 'no such item'],
    ['/ip firewall filter set *FFFF disabled=yes', 'no such item'],
    ['/ip firewall connection add', 'bad command name add (line 1 column 25)'],
  ])('%s', (command, said) => {
    const one = device();
    const before = one.configuration.save();
    expect(one.console(command).trim().split('\r\n').at(-1)).toBe(said);
    expect(one.configuration.save()).toBe(before);
  });

  it('a fault at the end keeps back all that comes before it', () => {
    const one = device();
    expect(one.console('/ip pool add name=a ranges=10.0.0.1-10.0.0.2; :put done; :nonsense')).toBe(
      'bad command name nonsense (line 1 column 59)\r\n',
    );
    expect(one.console('/ip pool print count-only')).toBe('1\r\n');
  });

  it('a failure while it runs stops it there', () => {
    const one = device();
    expect(one.console('{/ip pool add name=a ranges=10.0.0.1-10.0.0.2; :error "enough"; :put done}')).toBe(
      'enough\r\n',
    );
    expect(one.console('/ip pool print count-only')).toBe('2\r\n');
  });
});

describe('the language', () => {
  it.each([
    [':put (1 + 2 * 3)', '7'],
    [':put ("a" . 1 . "b")', 'a1b'],
    ['{:local a "x y"; :put "<$a> $[:len $a] $(1 + 1)"}', '<x y> 3 2'],
    [':if (1 < 2) do={:put yes} else={:put no}', 'yes'],
    [':if ((2 < 1) or (3 = 3)) do={:put yes}', 'yes'],
    [':foreach i in={1;2;3} do={:put ($i * 2)}', '2\r\n4\r\n6'],
    [':put ({"a";"b"}->1)', 'b'],
    [':do {:error x} on-error={:put caught}', 'caught'],
    [':onerror e in={:error "the words"} do={:put $e}', 'the words'],
    [':put [:pick "abcde" 1 3]', 'bc'],
    [':put [:typeof [:totime "1w2d03:04:05"]]', 'time'],
    [':put ([:totime "10:00:00"] + 45s)', '10:00:45'],
    [':put "\\48\\45\\4C\\4C\\4F\\r\\nThis"', 'HELLO\r\nThis'],
    ['# a remark\r\n:put one\r\n:put two', 'one\r\ntwo'],
    [':put (true \\\r\n and true)', 'true'],
    ['/ip/pool/print count-only', '1'],
    ['/ip pool\nprint count-only', '1'],
    [':put [/ip pool get [find name=default-dhcp] ranges]', '192.168.88.10-192.168.88.254'],
    [':put [:len [/ip firewall filter find where chain=forward and comment~"^defconf: (drop|accept) "]]', '5'],
    [':put [/ip firewall filter get 0 disabled]', 'false'],
    [':put [:len [/ip firewall filter find dynamic=no !disabled]]', '11'],
    [':put [/ip dns get allow-remote-requests]', 'true'],
    [':put (10.1.2.3 in 10.0.0.0/8)', 'true'],
  ])('%s', (command, said) => {
    expect(device().console(command)).toBe(`${said}\r\n`);
  });
});

describe('a configuration', () => {
  it('is exported line by line, without what is usual, and made anew from that', () => {
    const one = device([
      '/ip firewall filter add chain=forward comment="a \\"b\\" \\$c" log=no disabled=yes place-before=0',
      '/interface bridge port add interface=ether1 bridge=bridge',
    ]);
    const text = one.console('/export terse');
    expect(text).toContain(
      '/ip firewall filter add action=accept chain=forward comment="a \\"b\\" \\$c" disabled=yes\r\n',
    );
    expect(text).toContain('/ip dns static add address=192.168.88.1 comment=defconf name=router.lan type=A\r\n');
    expect(text).not.toContain('log=no');
    const again = new Device({ ...factory, setUp: [] });
    for (const line of text.split('\r\n').filter((one) => one !== '' && !one.startsWith('#')))
      expect(again.console(line)).toBe('');
    expect(again.console('/export terse').split('\r\n').slice(1)).toEqual(text.split('\r\n').slice(1));
  });

  it('says above a rule why it has no effect', () => {
    const one = device(['/ip firewall filter add chain=input in-interface=ether2 action=drop']);
    const remark =
      'in/out-interface matcher not possible when interface (ether2) is slave - use master instead (bridge)';
    expect(one.console('/ip firewall filter export terse')).toContain(
      `# ${remark}\r\n/ip firewall filter add action=drop chain=input in-interface=ether2\r\n`,
    );
    expect(one.console('/ip firewall filter print')).toMatch(/11 I {2};;; in\/out-interface/);
  });

  it('items are put before others, moved, and numbered as they stand', () => {
    const one = device();
    one.console('/ip firewall filter add chain=forward comment=one place-before=([find where dynamic=no]->0)');
    one.console(
      '/ip firewall filter add chain=forward comment=two place-before=[/ip firewall filter find comment=one]',
    );
    expect(one.console(':put [/ip firewall filter get 0 comment]; :put [/ip firewall filter get 1 comment]')).toBe(
      'two\r\none\r\n',
    );
    one.console('/ip firewall filter move [find comment=one] [find comment=two]');
    expect(one.console(':put [/ip firewall filter get 0 comment]')).toBe('one\r\n');
  });

  it('is there after a restart, without what was dynamic', () => {
    const one = device(['/ip dns static add regexp="^a" type=FWD forward-to=198.18.0.53 address-list=x'], {
      upstream: () => [{ address: '198.18.0.1', ttl: 9 }],
    });
    const text = one.console('/export terse');
    one.names.resolve('a.example');
    expect(one.console('/ip firewall address-list print count-only')).toBe('1\r\n');
    one.restart();
    expect(one.console('/ip firewall address-list print count-only')).toBe('0\r\n');
    expect(one.console('/export terse').split('\r\n').slice(1)).toEqual(text.split('\r\n').slice(1));
  });
});
