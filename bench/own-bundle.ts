/** Contenders of ours in one file, as `npm run build` puts the product's own commands into few: no reading of 300 modules. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { own, ROOT } from './peers.ts';

/** Beside the contenders, so that packages that stay outside are found. */
const FOLDER = path.join(ROOT, 'bench/.bundled');
const made = new Map<string, Promise<string>>();

/** The path of a contender's one file, made anew by each bench. */
export function bundled(name: string): Promise<string> {
  const before = made.get(name);
  if (before !== undefined) return before;
  const file = path.join(FOLDER, name);
  const making = build({
    entryPoints: [own(name)],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifyWhitespace: true,
    logLevel: 'warning',
    external: ['ssh2', 'libsql'],
    // What CommonJS packages ask Node for.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
    plugins: [ownPlaces],
  }).then(() => file);
  made.set(name, making);
  return making;
}

/** What a module finds beside itself it finds where it was. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(making) {
    making.onLoad({ filter: /\.m?js$/ }, async ({ path: file }) => {
      if (file.includes('node_modules')) return undefined;
      const text = await readFile(file, 'utf8');
      const place = JSON.stringify(pathToFileURL(file).href);
      return { contents: text.replaceAll(/\bimport\.meta\.url\b/g, place) };
    });
  },
};
