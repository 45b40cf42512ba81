// What must hold of jump hosts. Takes the file as it stands, sound or not.
import { jumpChain, type Via } from './jump-chain.ts';
import { namesIn } from './levels.ts';
import { isPlainMap, type Plain } from './merge.ts';
import type { Path } from './place.ts';
import { type TreeProblems, withHint } from './problems.ts';
import { didYouMean } from './suggest.ts';

/** Reports jump hosts that do not exist, that nobody can log in to, and ways that go in circles. */
export function checkJumpHosts(root: Plain, problems: TreeProblems): void {
  const hosts = mapIn(root.jumpHosts);
  let areWaysSound = true;
  for (const [name, host] of Object.entries(hosts)) {
    const path = ['jumpHosts', name];
    if (name === 'none') problems.atKey(path, 'none is a word of via:, not a name');
    if (!isPlainMap(host)) continue;
    areWaysSound = checkVia(host.via, [...path, 'via'], hosts, problems, [name]) && areWaysSound;
    const { password, privateKey, agent } = host;
    if (password === undefined && privateKey === undefined && (agent === undefined || agent === false)) {
      const hint = 'privateKey: { file: ~/.ssh/id_ed25519 }, or agent: true';
      problems.atKey(path, withHint('neither password nor privateKey nor agent', hint));
    }
  }
  for (const { path, settings } of settingsIn(root)) {
    // A way that is wrong between the jump hosts is told there, not for every device.
    checkVia(
      mapIn(settings.ssh).via,
      [...path, 'ssh', 'via'],
      hosts,
      problems,
      areWaysSound ? [] : undefined,
    );
  }
}

/** Checks the names only where nobody asks what stands `inside` of what. Whether all was well. */
function checkVia(
  written: unknown,
  path: Path,
  hosts: Plain,
  problems: TreeProblems,
  inside: readonly string[] | undefined,
): boolean {
  const via = viaIn(written);
  if (via === undefined || via === 'none') return true;
  const unknown = [via].flat().filter((name) => !Object.hasOwn(hosts, name));
  for (const name of unknown) {
    const hint = didYouMean(name, Object.keys(hosts)) ?? 'jump hosts are described under jumpHosts:';
    problems.atValue(path, withHint(`there is no jump host ${JSON.stringify(name)}`, hint));
  }
  if (unknown.length > 0) return false;
  if (inside === undefined) return true;
  const chain = jumpChain(via, (name) => viaIn(mapIn(hosts[name]).via), inside);
  if ('problem' in chain) problems.atValue(path, chain.problem);
  return !('problem' in chain);
}

function viaIn(value: unknown): Via | undefined {
  if (Array.isArray(value)) return namesIn(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function settingsIn(root: Plain): readonly { readonly path: Path; readonly settings: Plain }[] {
  const under = (key: string) =>
    Object.entries(mapIn(root[key])).map(([name, settings]) => ({
      path: [key, name],
      settings: mapIn(settings),
    }));
  return [{ path: ['defaults'], settings: mapIn(root.defaults) }, ...under('groups'), ...under('devices')];
}

function mapIn(value: unknown): Plain {
  return isPlainMap(value) ? value : {};
}
