// Does not prove that a browser shows the page as meant: page.test.ts looks at it in one.
import { describe, expect, it } from 'vitest';
import { toHtml } from './html.ts';
import { change, changeSeat, met, add, sampleCheck, unreach } from './testing.ts';
import { pageWords } from './words.ts';

const check = sampleCheck();
const html = toHtml(check, 'en');
const text = (of: string): string => of.replaceAll(/<style>.*<\/style>/gs, '').replaceAll(/<[^>]*>/g, ' ');

describe('the file', () => {
  it('is self-contained, and its own policy forbids everything else', () => {
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|form)\b/i);
    expect(html).not.toMatch(/\b(src|action|formaction|on[a-z]+)=/i);
    expect(html).not.toMatch(/https?:|url\(|@import/i);
    expect([...html.matchAll(/href="([^"]*)"/g)].filter(([, target]) => !target?.startsWith('#'))).toEqual([]);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('has an anchor for every link in it, and none twice', () => {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(targets)].filter((target) => !ids.includes(target))).toEqual([]);
    expect(targets.length).toBeGreaterThan(check.seats.length);
  });

  it('is the same text for the same check', () => {
    expect(toHtml(structuredClone(check), 'en')).toBe(html);
  });
});

describe('a text that comes from elsewhere', () => {
  const hostile = `<script>alert('1')</script>"><img src=x onerror=alert(1)>{{room}}&lt;`;

  it.each(['zh', 'en'] as const)('cannot become markup, wherever it stands (%s)', (lang) => {
    const finding = { ...met('P2', hostile), expected: hostile, actual: [{ [hostile]: hostile }], evidence: hostile };
    const sentence = { zh: hostile, en: hostile };
    let room = changeSeat(check, 'r301-s01', () => ({ computer: hostile, address: hostile }));
    room = add(room, 'r301-s02', { module: hostile, finding: { ...finding, sentence, verdict: 'failed' } });
    room = add(room, 'r301-s02', { module: 'x', finding: { ...finding, requirement: `P2"${hostile}`, sentence } });
    room = changeSeat(room, 'r301-s03', () => ({ findings: [], unreachable: sentence }));
    const page = toHtml({ ...room, site: hostile, room: hostile }, lang);
    expect(page).not.toMatch(/<script|<img|\son[a-z]+\s*=\s*["']?[a-z]/i);
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(12);
    expect(page).toContain('{{room}}&amp;lt;');
  });
});

describe('both languages', () => {
  const wrong = unreach(change(check, 'r301-s07', 'P2', { verdict: 'failed' }), 'r301-s09');
  const pages = { zh: text(toHtml(wrong, 'zh')), en: text(toHtml(wrong, 'en')) };

  it('say everything in their own words and nothing in the other', () => {
    expect(pages.zh).not.toMatch(/ is as asked|no answer|requirement|verdict|unknown|\bseat\b|\broom\b/);
    expect(pages.en.replaceAll(check.site, '')).not.toMatch(/\p{Script=Han}/u);
    expect(pages.zh).toContain('P2实为所求');
    expect(pages.en).toContain('P2 is as asked');
  });

  it('leave no value unset', () => {
    for (const page of Object.values(pages)) expect(page).not.toMatch(/undefined|\[object|NaN|\bnull\b/);
  });

  it('use every text that there is', () => {
    const whole = toHtml(
      add(change(wrong, 'r301-s01', 'P1', { grade: 'minimum' }), 'r301-s01', {
        module: 'python',
        finding: { ...met('P16', 'dependencies'), grade: 'recommended' },
      }),
      'zh',
    );
    const unused = Object.entries(pageWords('zh')).filter(([, word]) => !whole.includes(word));
    expect(unused).toEqual([]);
  });
});

describe('requirements', () => {
  const block = (of: string, id: string): string =>
    new RegExp(`<details id="${id}".*?</summary>`, 's').exec(of)?.[0] ?? expect.fail(`no block ${id}`);

  it('count the PCs that meet them, and show the grade where some reach only the minimum', () => {
    let room = change(check, 'r301-s07', 'P2', { verdict: 'failed' });
    room = unreach(change(room, 'r301-s08', 'P2', { grade: 'minimum' }), 'r301-s09');
    room = change(room, 'r301-s10', 'P2', { grade: 'recommended' });
    expect(text(block(toHtml(room, 'en'), 'P2')).replaceAll(/\s+/g, ' ')).toMatch(
      /✗ P2 memory: .* minimum 1 · recommended 1 ✗ 1 \? 1 ✓ 42/,
    );
  });

  it('are open where something is wrong with them, and only there', () => {
    const room = toHtml(change(check, 'r301-s07', 'P2', { verdict: 'drifted' }), 'en');
    expect(block(room, 'P2')).toMatch(/^<details id="P2" class="block drifted lacking" open>/);
    expect([...room.matchAll(/<details[^>]* open>/g)]).toHaveLength(1);
    expect(html).not.toMatch(/<details[^>]* open/);
  });

  it('that are not covered or for a person stand apart and are nowhere called ok', () => {
    const lists =
      /<section id="by-person".*?<\/section>\s*<section id="not-covered".*?<\/section>/s.exec(html)?.[0] ?? '';
    for (const id of ['S7', 'S9', 'V1', 'R9', 'E1', 'E6']) {
      expect(lists, id).toContain(`<b>${id}</b>`);
      expect(html, id).not.toContain(`<details id="${id}"`);
    }
    expect(lists).not.toMatch(/✓|as required/);
  });

  it('that the catalogue does not know are shown all the same', () => {
    const room = toHtml(add(check, 'r301-s01', { module: 'new', finding: met('P99', 'thing') }), 'en');
    expect(text(block(room, 'P99'))).toMatch(/✓\s+P99/);
  });
});
