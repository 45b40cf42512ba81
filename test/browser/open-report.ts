import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { toHtml } from '../../src/report/html/to-html.ts';
import type { ReportMaterial } from '../../src/report/material.ts';

/** A report in a file of its own, as somebody got it by mail. */
export class ReportFile implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.url = pathToFileURL(path.join(folder, 'report.html')).href;
  }

  static async write(material: ReportMaterial): Promise<ReportFile> {
    const report = new ReportFile(await mkdtemp(path.join(tmpdir(), 'trustfleet-report-')));
    await pipeline(
      Readable.from(toHtml(material)),
      createWriteStream(path.join(report.folder, 'report.html')),
    );
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
}

function findBrowser(): string {
  for (const name of [process.env.TRUSTFLEET_CHROMIUM ?? 'chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one, then.
    }
  }
  throw new Error('there is no Chromium: scripts/install-browser.sh installs one');
}

/** A page with everything that it asked for and complained about. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests beside the page itself. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

export async function open(
  browser: Browser,
  { url }: ReportFile,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`asked: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints };
}
