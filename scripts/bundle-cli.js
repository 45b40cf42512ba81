// Puts the command line and the packages it loads into few files: finding, reading and linking five hundred modules takes
// Node most of the time in which `trustfleet render` shows one router. Works on what tsc compiled, in its place; the
// library beside it stays as it is. Each command has its own file, loaded when it runs; what takes long to load and most
// commands never use is loaded when it is first used.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { deferredImports } from './deferred-imports.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = path.resolve(ROOT, process.argv[2] ?? 'dist');
const CLI = path.join(DIST, 'cli');
const PACKAGE = /^(?:.*\/)?node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//;

/** Packages with a file for themselves; certificates that are made with the one are put together by the other. */
const ASIDE = { 'asn1.cjs': ['asn1js', 'pkijs'], 'croner.cjs': ['croner'] };

/**
 * Parts of Node that it has not loaded when it begins, and some whose every name an import would make at once. Functions and
 * classes only: an object that changes itself, as process does, must be the object itself.
 */
const PARTS_OF_NODE = [
  'child_process',
  'crypto',
  'dgram',
  'http',
  'https',
  'net',
  'os',
  'timers/promises',
  'util',
];

const DEFERRED = Object.fromEntries([
  ...Object.entries(ASIDE).flatMap(([file, packages]) => packages.map((name) => [name, `./${file}`])),
  ...PARTS_OF_NODE.map((name) => [`node:${name}`, `node:${name}`]),
]);

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** What a module finds beside itself it still finds when it has become a part of a file in dist/cli. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path: file, pluginData }) => {
      const relative = path.relative(CLI, file).replaceAll(path.sep, '/');
      if (!file.startsWith(DIST + path.sep)) return undefined;
      const place = `new URL(${JSON.stringify(relative)}, import.meta.url).href`;
      const text = readFileSync(file, 'utf8').replaceAll(/\bimport\.meta\.url\b/g, place);
      return { contents: pluginData === LATE ? `${THERE_ALREADY}\n${text}` : text };
    });
  },
};

/**
 * esbuild makes a file of the modules that the same commands share. Said to be used by whatever is loaded late, what is
 * there already is one file, and not one for each set of commands that share a part of it.
 */
const THERE_ALREADY = [path.join(CLI, 'program.js'), ...Object.keys(DEFERRED)]
  .map((module) => `import ${JSON.stringify(module)};`)
  .join(' ');
const LATE = { isLate: true };
const loadedLate = {
  name: 'loaded-late',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: module, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path: path.resolve(resolveDir, module), pluginData: LATE } : undefined,
    );
  },
};

const bundles = await Promise.all([
  build({
    ...OPTIONS,
    entryPoints: [path.join(CLI, 'main.js')],
    outdir: CLI,
    allowOverwrite: true,
    splitting: true,
    chunkNames: 'part-[hash]',
    format: 'esm',
    // Loads parts of itself and compiled code by their names.
    external: ['ssh2', 'libsql'],
    // What CommonJS packages ask Node for.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
    plugins: [deferredImports(DEFERRED), loadedLate, ownPlaces],
  }),
  ...Object.entries(ASIDE).map(([file, packages]) =>
    build({
      ...OPTIONS,
      stdin: {
        contents: packages.map((name) => `export * from '${name}';`).join('\n'),
        resolveDir: ROOT,
      },
      outfile: path.join(CLI, file),
      format: 'cjs',
    }),
  ),
]);

const inputs = new Set(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
writeFileSync(path.join(CLI, 'licenses.txt'), licenses([...inputs]));

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
