import type { EndedRun } from '../../run/result.ts';
import type { ReportMaterial } from '../material.ts';
import { loadAssets } from './assets.ts';
import { escapeHtml, jsonForScript } from './escape.ts';
import { detailElement, pageData } from './page-data.ts';
import { drawHead, titleOf } from './sections.ts';

/**
 * A run as one page that needs nothing else: it works from a folder, without a network, and asks nobody for
 * anything. Comes in pieces, a router at a time, so that no more than one conversation is held at once.
 */
export async function* toHtml(material: ReportMaterial<EndedRun>): AsyncGenerator<string> {
  const { css, script, policy } = await loadAssets();
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(titleOf(material))}</title>
<style>${css}</style>
</head>
<body>
<main>
${drawHead(material)}
${TABLE}
</main>
<dialog id="router" aria-labelledby="router-name"></dialog>
<script type="application/json" id="data">${jsonForScript(pageData(material))}</script>
`;
  let place = 0;
  for (const device of material.result.devices) {
    yield await detailElement(device, place, await material.transcriptOf(device));
    place += 1;
  }
  yield `<script>${script}</script>\n</body>\n</html>\n`;
}

const TABLE = `<section id="routers">
<h2>Routers</h2>
<noscript><p class="alarm">The table and the conversations need JavaScript; what stands above does not.</p></noscript>
<div class="search">
<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="s:failed site:lyon code:timeout text" aria-label="Search" aria-describedby="search-help">
<output id="count" for="search"></output>
</div>
<p id="search-help"><kbd>/</kbd> search, <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd> open, <kbd>Esc</kbd> back. <span>Words, or <code>s:</code>outcome <code>code:</code> <code>step:</code> <code>batch:</code> <code>release:</code> <code>days:&lt;30</code> <code>ends:2027-01</code>, a name of the inventory such as <code>site:</code>, and <code>-</code> in front for not.</span></p>
<p id="search-problem" role="status" hidden></p>
<table class="fleet"><thead></thead><tbody></tbody></table>
</section>`;
