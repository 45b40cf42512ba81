import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadAssets, SCRIPTS } from '../../../src/report/html/assets.ts';
import { toHtml } from '../../../src/report/html/to-html.ts';
import { aResult } from '../../run/a-device.ts';
import { aMaterial, HOSTILE, twoBatches } from '../a-material.ts';
import { aCertificate, anError, aRun } from '../a-run.ts';

async function pageOf(material = aMaterial({}, twoBatches())): Promise<string> {
  let page = '';
  for await (const piece of toHtml(material)) page += piece;
  return page;
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('the page', () => {
  it('lets run what it brings, and nothing else', async () => {
    const page = await pageOf();
    const policy = /http-equiv="Content-Security-Policy" content="(?<policy>[^"]+)"/.exec(page)?.groups
      ?.policy;
    const script = /<script>(?<text>[\s\S]*?)<\/script>/.exec(page)?.groups?.text ?? '';
    const style = /<style>(?<text>[\s\S]*?)<\/style>/.exec(page)?.groups?.text ?? '';

    expect(policy).toBe(
      `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page.replace(script, '')).not.toMatch(/\b(?:src|href)=|@import|url\(|\son\w+=/);
    expect(script).not.toMatch(
      /fetch\(|XMLHttpRequest|import\(|innerHTML|insertAdjacent|document\.write|eval\(/,
    );
  });

  it('has one script that every part of it is in', async () => {
    const { script } = await loadAssets();
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/^\s*(?:import|export)\b/m);
    const names = SCRIPTS.flatMap((name) => {
      const text = readFileSync(new URL(`../../../src/report/html/${name}`, import.meta.url), 'utf8');
      return [...text.matchAll(/^(?:export )?(?:async )?(?:function|const|let) (?<name>\w+)/gm)].map(
        ({ groups }) => groups?.name,
      );
    });
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('shows summary, causes, batches and the calendar without any script', async () => {
    const page = await pageOf();
    expect(page).toContain('<b>1</b> <span>✗ failed</span>');
    expect(page).toContain('batch 1 of 2: 2 routers');
    expect(page).toContain('data-search="code:login-refused"');
    expect(page).toContain('data-search="ends:2027-11 days:&gt;=0"');
    expect(page).toContain('at most 5 of 5 in use, up to 7 waiting');
  });

  it('tells of one cause that is mended in several ways each way with its own routers', async () => {
    const conflict = (name: string, hint: string) =>
      aResult(name, 'failed', { error: anError('plan-conflict', 'no', { hint }) });
    const result = aRun([conflict('br-5', '--replace-ca'), conflict('br-6', '--share-key')]);
    const page = await pageOf(aMaterial({ result }));
    expect(page).toContain(
      '<p class="hint">→ --replace-ca</p><p class="names">br-5</p><p class="hint">→ --share-key</p><p class="names">br-6</p>',
    );
  });

  it('says why a run stopped', async () => {
    const page = await pageOf(
      aMaterial({ result: aRun([aResult('br-1')], { stopped: 'more than 3% failed <b>' }) }),
    );
    expect(page).toContain('<b>Stopped:</b> more than 3% failed &lt;b&gt;');
  });

  it('gives a router that is called <script> no element of its own', async () => {
    const error = anError('timeout', HOSTILE, { detail: HOSTILE });
    const device = aResult(HOSTILE, 'failed', {
      host: HOSTILE,
      release: HOSTILE,
      error,
      notes: [HOSTILE],
      certificates: [aCertificate({ subject: HOSTILE, serial: HOSTILE, trustpoint: HOSTILE })],
    });
    const page = await pageOf(
      aMaterial({
        result: aRun([device], { command: HOSTILE, stopped: HOSTILE }),
        labels: new Map([[HOSTILE, { [HOSTILE]: HOSTILE }]]),
        run: { id: HOSTILE, version: HOSTILE },
        transcriptOf: async () => `09:30:01.204 < ${HOSTILE}`,
      }),
    );
    expect(page).not.toContain('<script>alert');
    expect(page.match(/<script[ >]/g)).toHaveLength(3);
    expect(page).not.toContain('\u202e');
  });

  it('packs long conversations, each by itself', async () => {
    const transcript = '09:30:01.204 < show running-config\n'.repeat(400);
    const page = await pageOf(
      aMaterial({ result: aRun([aResult('br-1')]), transcriptOf: async () => transcript }),
    );
    const packed = /data-packed="deflate" id="router-0">(?<text>[^<]+)</.exec(page)?.groups?.text ?? '';

    const detail: unknown = JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString());
    expect(detail).toMatchObject({ transcript, result: { device: 'br-1' } });
    expect(packed.length).toBeLessThan(transcript.length / 10);
  });
});
