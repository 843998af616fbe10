// The page in a real browser, on a screen and on paper. Does not prove that it looks good: for that, somebody has to look.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { toHtml } from './html.ts';
import type { RoomCheck } from './result.ts';
import { change, changeSeat, sampleCheck, unreach } from './testing.ts';

const check = sampleCheck();
let folder = '';
let browser: Browser;

/** Opens the report of a room; everything that the page asks for, says or shows by itself ends in `noise`. */
async function open(room: RoomCheck, anchor = ''): Promise<{ page: Page; noise: string[] }> {
  const file = path.join(folder, 'room.html');
  writeFileSync(file, toHtml(room, 'en'));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const noise: string[] = [];
  page.on('console', (message) => noise.push(message.text()));
  page.on('dialog', (dialog) => noise.push(dialog.message()));
  page.on('request', (request) => noise.push(request.url()));
  await page.goto(pathToFileURL(file).href + anchor);
  return { page, noise: noise.slice(1) };
}

async function box(page: Page, selector: string): Promise<{ x: number; y: number; right: number; bottom: number }> {
  const { x, y, width, height } =
    (await page.locator(selector).boundingBox()) ?? expect.fail(`${selector} is not seen`);
  return { x, y, right: x + width, bottom: y + height };
}

const seat = (name: string): string => `a.seat[href="#${name}"]`;

needs('chromium').describe('on a screen', () => {
  start();

  it('shows 44 PCs where they stand, the front at the top and the spares apart', async () => {
    const { page } = await open(check);
    expect(await page.locator('a.seat').count()).toBe(44);
    const [first, right, behind, last, spare] = await Promise.all(
      ['r301-s01', 'r301-s02', 'r301-s09', 'r301-s40', 'r301-spare01'].map((name) => box(page, seat(name))),
    );
    if (!first || !right || !behind || !last || !spare) expect.fail();
    expect((await box(page, '.front')).bottom).toBeLessThan(first.y);
    expect(right).toMatchObject({ y: first.y });
    expect(right.x).toBeGreaterThan(first.right);
    expect(behind).toMatchObject({ x: first.x });
    expect(behind.y).toBeGreaterThan(first.bottom);
    expect(spare.y).toBeGreaterThan((await box(page, 'p.spares')).y);
    expect((await box(page, 'p.spares')).y).toBeGreaterThan(last.bottom);
    await page.close();
  });

  it('leaves an aisle free', async () => {
    const { page } = await open({ ...check, seats: check.seats.filter(({ column }) => column !== 3) });
    const [left, right] = [await box(page, seat('r301-s02')), await box(page, seat('r301-s04'))];
    expect(right.x - left.right).toBeGreaterThan(left.right - left.x);
    await page.close();
  });

  it('tells the states apart by sign and border, not by colour alone', async () => {
    let room = change(check, 'r301-s02', 'P2', { verdict: 'drifted' });
    room = unreach(change(room, 'r301-s03', 'P2', { verdict: 'failed' }), 'r301-s04');
    const { page } = await open(room);
    const signs = await page.locator('.map .grid .sign').allTextContents();
    expect(signs.slice(0, 5)).toEqual(['✓', '~', '✗', '?', '✓']);
    const looks = await page.locator('a.seat').evaluateAll((seats) =>
      seats.slice(0, 4).map((one) => {
        const style = (one as unknown as StyledElement).computedStyleMap();
        return [String(style.get('border-top-style')), String(style.get('color'))];
      }),
    );
    expect(looks.map(([border]) => border)).toEqual(['solid', 'dashed', 'solid', 'dotted']);
    // The two solid ones: dark on pale, and white on dark.
    expect(looks.map(([, ink]) => ink === 'rgb(255, 255, 255)')).toEqual([false, false, true, false]);
    await page.close();
  });

  it('opens a card with everything about a seat, and closes it again', async () => {
    const failed = { verdict: 'failed', sentence: { zh: '内存太小', en: 'memory is too small' } } as const;
    const { page } = await open(change(check, 'r301-s07', 'P2', failed));
    const card = page.locator('aside#r301-s07');
    expect(await card.isVisible()).toBe(false);
    await page.click(seat('r301-s07'));
    expect(await card.isVisible()).toBe(true);
    expect(await card.locator('tbody').count()).toBe(check.seats[6]?.findings.length);
    expect(await card.locator('tbody').first().innerText()).toMatch(/failed\s+memory is too small/);
    await card.locator('.close').click();
    expect(await card.isVisible()).toBe(false);
    expect(await page.locator(seat('r301-s07')).getAttribute('title')).toMatch(/✗ memory is too small$/);
    await page.close();
  });

  it('shows a hostile name as text, runs nothing and asks for nothing', async () => {
    const computer = '<script>alert(1)</script><img src=http://127.0.0.1/x onerror=alert(2)>';
    const { page, noise } = await open(
      changeSeat(check, 'r301-s01', () => ({ computer })),
      '#r301-s01',
    );
    expect(await page.locator(`${seat('r301-s01')} .computer`).textContent()).toBe(computer);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(noise).toEqual([]);
    await page.close();
  });

  it('has a sign for every requirement on every PC', async () => {
    const { page } = await open(unreach(check, 'r301-s09'));
    const rows = page.locator('table.matrix tbody tr');
    const required = new Set(check.seats.flatMap(({ findings }) => findings.map(({ finding }) => finding.requirement)));
    expect(await rows.count()).toBe(required.size);
    expect(await rows.locator('td').count()).toBe(required.size * 44);
    expect(new Set(await rows.locator('td:nth-of-type(9)').allTextContents())).toEqual(new Set(['?']));
    expect(await rows.locator('td', { hasText: '✓' }).count()).toBe(required.size * 43);
    await page.close();
  });
});

needs('chromium', 'pdftotext').describe('on A4 paper', () => {
  start();
  const words = 'one two three four five six seven eight nine ten '.repeat(6);
  /** Long sentences on many PCs: rows of several lines at every height of a page. */
  const long = check.seats.reduce((room, { name }) => {
    const en = `begin-${name} ${words} end-${name}`;
    return change(room, name, 'P6', { verdict: 'drifted', sentence: { zh: en, en } });
  }, check);

  async function printed(room: RoomCheck, prepare?: (page: Page) => Promise<void>): Promise<string[]> {
    const { page } = await open(room);
    await prepare?.(page);
    const pdf = path.join(folder, 'room.pdf');
    await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
    await page.close();
    const { stdout } = await promisify(execFile)(toolPath('pdftotext'), ['-layout', pdf, '-'], { maxBuffer: 2 ** 26 });
    return stdout.split('\f').slice(0, -1);
  }

  it('cuts no row in two', async () => {
    const pages = await printed(long);
    for (const { name } of check.seats) {
      // Once in the row of the requirement; the card beside the map is for the screen.
      const on = (mark: string): number[] => pages.flatMap((text, index) => (text.includes(mark) ? [index] : []));
      const [begin, end] = [on(`begin-${name}`).at(-1), on(`end-${name}`).at(-1)];
      expect(begin, name).toBeTypeOf('number');
      expect(end, name).toBe(begin);
    }
    expect(pages.length).toBeGreaterThan(4);
  });

  it('is as wide as the paper and no wider', async () => {
    const { page } = await open(long);
    await page.emulateMedia({ media: 'print' });
    // 210 mm less the margins of 10 mm, at 96 px an inch.
    const width = Math.floor((190 / 25.4) * 96);
    await page.setViewportSize({ width, height: 1000 });
    const seen = await page.evaluate('document.documentElement.scrollWidth');
    // Collapsed borders stand half a pixel out.
    expect(seen).toBeLessThanOrEqual(width + 1);
    await page.close();
  });

  it('fits a room that is GO on four pages, with every PC and a place to sign', async () => {
    const pages = await printed(check);
    expect(pages.length).toBeLessThanOrEqual(4);
    const text = pages.join('\n');
    for (const { name } of check.seats) expect(text).toMatch(new RegExp(`${name}\\b`));
    for (const who of ['room technician', 'chief examiner', 'assessing body']) expect(pages.at(-1)).toContain(who);
  });

  it('is a file small enough to send, even of a room that nobody reached', async () => {
    await printed(check.seats.reduce((room, { name }) => unreach(room, name), check));
    expect(statSync(path.join(folder, 'room.pdf')).size).toBeLessThan(3e6);
  });

  it('prints what is wrong in full, folded away or not, and what is right in a line', async () => {
    const sentence = { zh: '内存太小', en: 'memory is too small' };
    const room = change(check, 'r301-s07', 'P2', { verdict: 'failed', sentence });
    const fold = (page: Page): Promise<void> => page.locator('details#P2 > summary').click();
    for (const prepare of [undefined, fold]) {
      const [, ...rows] = (await printed(room, prepare)).join('\n').split(/requirements of the handbook/);
      expect(rows.join()).toMatch(/failed +memory is too small/);
      expect(rows.join()).not.toContain('P1 is as asked');
    }
  });
});

/** As much of the DOM as is needed here. */
interface StyledElement {
  computedStyleMap(): { get(name: string): unknown };
}

function start(): void {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'examsite-report-'));
    browser = await chromium.launch({ executablePath: toolPath('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
}
