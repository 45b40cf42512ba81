// Puts the command line and the packages it loads into few files: finding, reading and linking five hundred modules takes
// Node most of the time in which `trustfleet render` shows one router. Works on what tsc compiled, in its place; the
// library beside it stays as it is. Each command has its own file, loaded when it runs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = path.resolve(ROOT, process.argv[2] ?? 'dist');
const CLI = path.join(DIST, 'cli');
const PACKAGE = /^(?:.*\/)?node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//;

/** What a module finds beside itself it still finds when it has become a part of a file in dist/cli. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path: file }) => {
      const relative = path.relative(CLI, file).replaceAll(path.sep, '/');
      if (!file.startsWith(DIST + path.sep)) return undefined;
      const place = `new URL(${JSON.stringify(relative)}, import.meta.url).href`;
      return { contents: readFileSync(file, 'utf8').replaceAll(/\bimport\.meta\.url\b/g, place) };
    });
  },
};

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: [path.join(CLI, 'main.js')],
  outdir: CLI,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  chunkNames: 'part-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Loads parts of itself and compiled code by their names.
  external: ['ssh2', 'libsql'],
  // What CommonJS packages ask Node for.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
  },
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  plugins: [ownPlaces],
  logLevel: 'warning',
});

writeFileSync(path.join(CLI, 'licenses.txt'), licenses(Object.keys(metafile.inputs)));

/** The licenses of the packages that are in the files. */
function licenses(files) {
  const folders = new Set(
    files.flatMap((file) => {
      const found = PACKAGE.exec(file)?.[0];
      return found === undefined ? [] : [path.resolve(ROOT, found)];
    }),
  );
  return [...folders].sort().map(licenseOf).join('\n');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)\b/i.test(file));
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts, ''].join('\n\n');
}
