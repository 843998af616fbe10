// Does not prove how RouterOS itself reads quotes: the model's reader, made from the manual's "Scripting", reads what is written here.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Device } from '../../../src/lab/devices/routeros/device.ts';
import { factory } from '../../../src/lab/devices/routeros/factory.ts';
import { parseExport, quote } from './language.ts';

const device = (): Device => new Device({ ...factory, setUp: [] });
/** What a name, a comment or a script may hold, with what is special to a console often. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', '$', '\n', '\r', '\t', '?', ';', '[', ']', '{', '}', '#', ' ', '中', 'é'),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''));

it('whatever is quoted is one value, and that value', () => {
  const console = device();
  fc.assert(
    fc.property(anyText, (text) => {
      expect(console.execute(`:put ${text === '' ? '""' : quote(text)}`)).toBe(`${text}\r\n`);
    }),
  );
});

it('nothing of it is run, however often it is quoted', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const console = device();
      const inner = `:put ${text === '' ? '""' : quote(text)}`;
      console.execute(`/system script add name=one source=${quote(inner)} comment=${quote(text)}`);
      expect(console.configuration.items('/system script').map(({ values }) => values['source'])).toEqual([inner]);
      expect(console.faults).toEqual([]);
    }),
  );
});

it('an export says the same as what was written', () => {
  fc.assert(
    fc.property(anyText, anyText, (comment, source) => {
      const console = device();
      const wanted = { name: 'one', source, comment };
      console.configuration.add('/system script', wanted);
      const { lines, version } = parseExport(console.execute('/system script export terse'));
      expect(lines.map(({ item }) => ({ source: '', comment: '', ...item }))).toEqual([wanted]);
      expect(version).toBe('7.16.1');
    }),
  );
});

it.each([
  ['plain', 'plain'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['^a\\.example$', '"^a\\\\.example\\$"'],
  ['a "b"', '"a \\"b\\""'],
  ['one\ntwo?', '"one\\ntwo\\3F"'],
  ['中', '"\\E4\\B8\\AD"'],
])('%j is written %s', (text, written) => {
  expect(quote(text)).toBe(written);
});

it('an export as RouterOS wraps it, with its remarks and its failures', () => {
  const text = [
    '# 2026-11-27 02:00:00 by RouterOS 7.16.1',
    '# software id = ABCD-EFGH',
    '#',
    '# model = RB750Gr3',
    '# serial number = 0123456789AB',
    '/ip firewall filter',
  ].slice(0, 5);
  const lines = [
    '# in/out-interface matcher not possible when interface (ether2) is slave - use master instead (bridge)',
    '/ip firewall filter add action=drop chain=input comment="defconf: drop all not \\',
    '    coming from LAN" in-interface=ether2',
    '/interface ethernet set [ find default-name=ether1 ] name=wan',
    '#error exporting "/interface/lte" (timeout)',
  ];
  expect(parseExport([...text, ...lines].join('\r\n'))).toEqual({
    version: '7.16.1',
    errors: ['error exporting "/interface/lte" (timeout)'],
    lines: [
      {
        ...{ menu: '/ip firewall filter', verb: 'add', target: '' },
        item: {
          action: 'drop',
          chain: 'input',
          comment: 'defconf: drop all not coming from LAN',
          'in-interface': 'ether2',
        },
        remark: 'in/out-interface matcher not possible when interface (ether2) is slave - use master instead (bridge)',
      },
      {
        ...{ menu: '/interface ethernet', verb: 'set', target: '[ find default-name=ether1 ]' },
        ...{ item: { name: 'wan' }, remark: null },
      },
    ],
  });
});
