/** `12.2(15)T17`: 12.2, 15, T. */
const RELEASE = /^(?<major>\d+)\.(?<minor>\d+)\((?<build>\d+)[a-z]*\)(?<train>[A-Z]*)/;

interface Release {
  readonly version: number;
  readonly build: number;
  readonly train: string;
}

/**
 * Whether a classic IOS release surely has what came with another one: the same train at that build or later, or a
 * higher version, which was made from the T train of the one before. A train of another letter has not: what it took
 * over is not written in its number.
 */
export function isSince(version: string, first: string): boolean {
  const own = parse(version);
  const wanted = parse(first);
  if (own === undefined || wanted === undefined) return false;
  if (own.train !== '' && own.train !== 'T') return false;
  if (own.version !== wanted.version) return own.version > wanted.version;
  return own.train === wanted.train && own.build >= wanted.build;
}

function parse(text: string): Release | undefined {
  const groups = RELEASE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return {
    version: Number(groups.major) * 1_000 + Number(groups.minor),
    build: Number(groups.build),
    train: groups.train ?? '',
  };
}
