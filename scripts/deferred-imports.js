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
      onLoad({ filter: /^/, namespace: 'deferred' }, ({ path }) => ({ contents: lookUp(packages[path]) }));
    },
  };
}

/**
 * A CommonJS module: esbuild looks a name that is imported from one up wherever it is used, and not before. Of the module
 * it copies what is its own and keeps the prototype; it asks whether it has been made of another kind of module.
 */
function lookUp(file) {
  return `
    let loaded;
    const load = () => (loaded ??= require(${JSON.stringify(file)}));
    const get = (_, name) => (name === '__esModule' ? false : load()[name]);
    module.exports = Object.create(new Proxy({}, { get }));`;
}
