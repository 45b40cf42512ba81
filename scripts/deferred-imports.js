/**
 * A plugin of esbuild: what is imported from these packages is loaded when one of its names is first used, as
 * `import defer` will have it one day. A module that uses one while it is itself evaluated loads the package there and then.
 *
 * @param {Readonly<Record<string, string>>} packages by name what is loaded for each, as `require` takes it
 */
export function deferredImports(packages) {
  return {
    name: 'deferred-imports',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^/ }, ({ path, namespace }) => {
        if (namespace === 'deferred') return { path, external: true };
        return Object.hasOwn(packages, path) ? { path, namespace: 'deferred' } : undefined;
      });
      onLoad({ filter: /^/, namespace: 'deferred' }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter((name) => name !== 'default');
        return { contents: getters(names, packages[path]) };
      });
    },
  };
}

/** A CommonJS module: in a bundle, a name imported from one is looked up wherever it is used, and not before. */
function getters(names, file) {
  return `
    let loaded;
    const load = () => (loaded ??= require(${JSON.stringify(file)}));
    for (const name of ${JSON.stringify(names)})
      Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });`;
}
