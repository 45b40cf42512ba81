/** What `via` may hold. */
export type Via = string | readonly string[];

/** The names along a way, the first one reached from here; or why there is no such way. */
export type JumpChain = { readonly names: readonly string[] } | { readonly problem: string };

/**
 * What `via` stands for. The first jump host is reached as its own `via` says; a later one of a list through the one
 * before it, with which its own `via` must agree. Names that `viaOf` does not know are reached directly.
 */
export function jumpChain(
  via: Via | undefined,
  viaOf: (name: string) => Via | undefined,
  inside: readonly string[] = [],
): JumpChain {
  const list = namesOf(via);
  const [first] = list;
  if (first === undefined) return { names: [] };
  const again = list.find((name) => inside.includes(name));
  if (again !== undefined)
    return { problem: `goes in a circle: ${[...inside, again].join(', then through ')}` };
  const before = jumpChain(viaOf(first), viaOf, [...inside, first]);
  if ('problem' in before) return before;
  const names = [...before.names, ...list];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { problem: `goes through ${twice} twice` };
  for (const [index, name] of names.entries()) {
    const own = namesOf(viaOf(name));
    if (own.length === 0 || index < before.names.length + 1) continue;
    const wanted = jumpChain(own, viaOf, [...inside, name]);
    if ('problem' in wanted) return wanted;
    if (wanted.names.join() !== names.slice(0, index).join())
      return { problem: `${name} has a via of its own, which leads elsewhere: ${wanted.names.join(', ')}` };
  }
  return { names };
}

function namesOf(via: Via | undefined): readonly string[] {
  if (via === undefined || via === 'none') return [];
  return typeof via === 'string' ? [via] : via;
}
