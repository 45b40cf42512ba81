import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The page's script in the order in which its parts need each other; each is a module of its own to editors and tests. */
export const SCRIPTS = [
  'format.js',
  'filter.js',
  'conversation.js',
  'elements.js',
  'player.js',
  'router.js',
  'table.js',
  'main.js',
];

const STYLES = ['base.css', 'summary.css', 'table.css', 'router.css', 'media.css'];

export interface PageAssets {
  readonly css: string;
  readonly script: string;
  /** The page may do nothing but run this very script and use this very style: no request leaves it. */
  readonly policy: string;
}

/** Reads what lies beside this file, in `src` as in `dist`. */
export async function loadAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
  const css = (await Promise.all(STYLES.map(read))).join('');
  const script = join(await Promise.all(SCRIPTS.map(read)));
  return {
    css,
    script,
    policy: [
      "default-src 'none'",
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(css)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
  };
}

/** Several modules as one script: they know each other by name, so imports and exports go. */
function join(modules: readonly string[]): string {
  const bodies = modules.map((text) =>
    text.replace(/^import [^;]*;\n/gm, '').replace(/^export (?=(?:async )?function|const|class)/gm, ''),
  );
  return `(() => {\n'use strict';\n${bodies.join('\n')}})();\n`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
