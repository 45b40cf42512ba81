import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/domain/finding.ts';
import { STEPS } from '../../src/domain/step.ts';
import { aMaterial, HOSTILE } from '../report/a-material.ts';
import { aCertificate, anError, aRun } from '../report/a-run.ts';
import { aFleet } from '../report/html/a-fleet.ts';
import { aResult } from '../run/a-device.ts';
import { launch, open, ReportFile } from './open-report.ts';

const shown = 'tbody tr:not([hidden])';
const SCREENSHOTS =
  process.env.TRUSTFLEET_SCREENSHOTS ?? mkdtempSync(path.join(tmpdir(), 'trustfleet-screenshots-'));

let browser: Browser;
let fleet: ReportFile;

beforeAll(async () => {
  [browser, fleet] = await Promise.all([launch(), ReportFile.write(aFleet(2000))]);
});
afterAll(async () => {
  await browser.close();
  await fleet[Symbol.asyncDispose]();
});

const search = (page: Page, text: string): Promise<void> => page.locator('#search').fill(text);
const count = (page: Page): Promise<string> => page.locator('#count').innerText();

describe('the report of 2,000 routers', () => {
  it('asks nobody for anything and has nothing to complain about', async () => {
    const { page, requests, complaints } = await open(browser, fleet);
    await search(page, 's:failed');
    await page.locator(shown).first().click();
    await page.locator('dialog .play').click();
    await page.locator('.line.now').first().waitFor();

    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('may ask nobody: its own policy forbids it', async () => {
    const { page, complaints } = await open(browser, fleet);
    const outcome = await page.evaluate(async () => {
      try {
        await fetch('http://127.0.0.1:9/');
        return 'fetched';
      } catch {
        return 'refused';
      }
    });
    expect(outcome).toBe('refused');
    expect(complaints.join('\n')).toContain('Content Security Policy');
    await page.close();
  });

  it('has all rows at once and opens a router in no time to speak of', async () => {
    const { page } = await open(browser, fleet);
    expect(await page.locator(shown).count()).toBe(2000);
    // From the browser's own clock: no more than a person takes for a blink, on a busy machine too.
    const { domInteractive } = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation');
      return {
        domInteractive: entry instanceof PerformanceNavigationTiming ? entry.domInteractive : Number.NaN,
      };
    });
    expect(domInteractive).toBeLessThan(15_000);
    await page.close();
  });

  it('finds routers by outcome, site, code and words', async () => {
    const { page } = await open(browser, fleet);
    await search(page, 's:failed');
    expect(await count(page)).toBe('21 of 2000 routers');
    await search(page, 's:failed site:lyon');
    const rows = await page.locator(shown).allInnerTexts();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.includes('Lyon') && row.includes('failed'))).toBe(true);
    await search(page, 'code:timeout -batch:3');
    expect(await page.locator(shown).allInnerTexts()).toEqual([expect.stringContaining('timeout')]);
    await search(page, 'br-1234');
    expect(await count(page)).toBe('1 of 2000 routers');
    await search(page, 'sight:lyon');
    expect(await page.locator('#search-problem').innerText()).toContain('No router has “sight”');
    await page.close();
  });

  it('narrows to what is clicked: an outcome, a cause, a month', async () => {
    const { page } = await open(browser, fleet);
    await page.locator('.chip.o-pending').first().click();
    expect(await page.locator('#search').inputValue()).toBe('s:pending');
    expect(await page.locator(shown).count()).toBe(14);
    await page.locator('.cause button').first().click();
    expect(await page.locator('#search').inputValue()).toMatch(/^code:/);
    await page.locator('#expiry .choice').nth(1).click();
    expect(await page.locator('#search').inputValue()).toBe('ends:2026-12 days:>=0');
    const ends = await page.locator(`${shown} .c-ends`).allInnerTexts();
    expect(ends.every((text) => text.startsWith('2026-12'))).toBe(true);
    await page.close();
  });

  it('sorts by a column, and back', async () => {
    const { page } = await open(browser, fleet);
    const first = (): Promise<string> => page.locator(`${shown} .c-device b`).first().innerText();
    await page.locator('[data-column="ends"]').click();
    const soonest = await page.locator(`${shown} .c-ends`).first().innerText();
    expect(soonest.startsWith('2026-11-2')).toBe(true);
    await page.locator('[data-column="device"]').click();
    expect(await first()).toBe('br-0001');
    await page.locator('[data-column="device"]').click();
    expect(await first()).toBe('br-2000');
    expect(await page.locator('th.c-device').getAttribute('aria-sort')).toBe('descending');
    await page.close();
  });

  it('opens a router with steps, checks, certificate, chain and conversation', async () => {
    const { page } = await open(browser, fleet);
    await search(page, 'br-0002');
    await page.locator(shown).first().click();
    const dialog = page.locator('dialog');
    await dialog.locator('.player').waitFor();

    expect(await dialog.locator('.steps tr').count()).toBe(STEPS.length);
    expect(await dialog.locator('.findings tr').count()).toBe(Object.keys(CHECKS).length);
    expect(await dialog.locator('.pairs').innerText()).toContain(
      'CN=br-0002.example.net, OU=Branches, O=Example',
    );
    expect(await dialog.locator('.chain').innerText()).toContain('CN=Branch CA, O=Example');
    expect(await dialog.locator('.line').count()).toBe(137);
    await page.close();
  });

  it('plays a conversation, pauses, and goes line by line', async () => {
    const { page } = await open(browser, fleet);
    await page.locator(shown).first().click();
    const lines = page.locator('dialog .line:not([hidden])');
    const where = page.locator('dialog .where');
    await lines.first().waitFor();
    expect(await where.innerText()).toBe('137 of 137');

    const play = page.locator('dialog .play');
    await page.locator('dialog select').selectOption('16');
    await play.click();
    await page.waitForFunction(() => document.querySelectorAll('dialog .line:not([hidden])').length === 5);
    await play.click();
    const paused = await lines.count();
    expect(await play.innerText()).toBe('▶ Play');
    expect(paused).toBeLessThan(137);

    await page.locator('[aria-label="One line on"]').click();
    expect(await lines.count()).toBe(paused + 1);
    await page.locator('[aria-label="One line back"]').click();
    await page.locator('[aria-label="One line back"]').click();
    expect(await lines.count()).toBe(paused - 1);
    await page.getByText('Show all').click();
    expect(await lines.count()).toBe(137);
    await page.close();
  });

  it('needs no mouse', async () => {
    const { page } = await open(browser, fleet);
    const { keyboard } = page;
    const title = page.locator('#router-name');
    await keyboard.press('/');
    await keyboard.type('s:failed');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await title.waitFor();
    expect(await title.innerText()).toBe('br-0139');
    // The name has the focus, not the player: its keys work all the same, and nothing scrolls away.
    await keyboard.press(' ');
    await page.locator('.player .play', { hasText: 'Pause' }).waitFor();
    await keyboard.press(' ');
    await page.locator('.player .play', { hasText: 'Play' }).waitFor();
    await keyboard.press('n');
    await page.waitForFunction(() => document.querySelector('#router-name')?.textContent === 'br-0236');
    await keyboard.press('p');
    await page.waitForFunction(() => document.querySelector('#router-name')?.textContent === 'br-0139');
    await keyboard.press('Escape');
    await page.locator('dialog:not([open])').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.querySelector('b')?.textContent)).toBe(
      'br-0139',
    );
    await keyboard.press('End');
    expect(await page.evaluate(() => document.activeElement?.querySelector('b')?.textContent)).toBe(
      'br-1982',
    );
    await keyboard.press('Escape');
    expect(await count(page)).toBe('2000 routers');
    await page.close();
  });

  it('prints the summary, the causes and the routers that were searched for', async () => {
    const { page } = await open(browser, fleet);
    await search(page, 's:failed');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await page.locator('#failures').isVisible()).toBe(true);
    expect(await page.locator(shown).count()).toBe(21);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeLessThan(6);
    await page.close();
  });

  it('shows itself by day and by night, on a desk and on a phone', async () => {
    for (const [width, height] of [
      [1280, 900],
      [420, 860],
    ] as const) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await open(browser, fleet, { viewport: { width, height }, colorScheme });
        const shot = (name: string): Promise<Buffer> =>
          page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`) });
        await shot('summary');
        await page.locator('#routers').scrollIntoViewIfNeeded();
        await search(page, 's:failed');
        await shot('table');
        await page.locator(shown).first().click();
        await page.locator('dialog .player').waitFor();
        await shot('router');
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide, `${width} columns`).toBeLessThanOrEqual(0);
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(background).toBe(colorScheme === 'dark' ? 'rgb(18, 22, 29)' : 'rgb(246, 247, 249)');
        await page.close();
      }
    }
  });
});

describe('a router that is called <script>', () => {
  it('is shown, not obeyed', async () => {
    const error = anError('timeout', HOSTILE, { detail: HOSTILE });
    const name = `${HOSTILE}<img src=x onerror=alert(2)>`;
    const material = aMaterial({
      result: aRun([
        aResult(name, 'failed', {
          error,
          notes: [name],
          certificates: [aCertificate({ subject: name })],
        }),
      ]),
      labels: new Map([[name, { site: name }]]),
      transcriptOf: async () => `09:30:01.204 < ${name}`,
    });
    await using report = await ReportFile.write(material);
    const { page, requests, complaints } = await open(browser, report);
    await page.locator(shown).first().click();
    await page.locator('dialog .player').waitFor();

    expect(await page.locator('#router-name').innerText()).toContain('<script>alert(1)</script>');
    expect(await page.locator('dialog .line').innerText()).toContain('<img src=x');
    expect(await page.locator('img').count()).toBe(0);
    expect([requests, complaints]).toEqual([[], []]);
    await page.close();
  });
});
