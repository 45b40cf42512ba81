import { monthNumber } from '../clock.ts';

/** One element of a flat command: a keyword or a parameter. */
export type Element =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly type: string };

/** Every flat sequence that a syntax text stands for. Throws an Error on unbalanced brackets. */
export function expandSyntax(syntax: string): readonly (readonly Element[])[] {
  const tokens = syntax.match(/<[^>]+>|[[\]{}|]|[^\s[\]{}|<>]+/g) ?? [];
  const [sequences, rest] = parseAlternatives(tokens, 0);
  if (rest !== tokens.length) throw new Error(`unbalanced brackets in ${syntax}`);
  return sequences;
}

type Sequences = readonly (readonly Element[])[];

function parseAlternatives(tokens: readonly string[], from: number): [Sequences, number] {
  const all: (readonly Element[])[] = [];
  let at = from;
  for (;;) {
    const [sequences, next] = parseSequence(tokens, at);
    all.push(...sequences);
    if (tokens[next] !== '|') return [all, next];
    at = next + 1;
  }
}

function parseSequence(tokens: readonly string[], from: number): [Sequences, number] {
  let sequences: Sequences = [[]];
  let at = from;
  for (let token = tokens[at]; token !== undefined && !/^[\]}|]$/.test(token); token = tokens[at]) {
    if (token === '[' || token === '{') {
      const [inner, end] = parseAlternatives(tokens, at + 1);
      const choices = token === '[' ? [[], ...inner] : inner;
      sequences = sequences.flatMap((head) => choices.map((tail) => [...head, ...tail]));
      at = end + 1;
    } else {
      const element = toElement(token);
      sequences = sequences.map((head) => [...head, element]);
      at += 1;
    }
  }
  return [sequences, at];
}

function toElement(token: string): Element {
  const parameter = /^<(?<name>[^:]+):(?<type>.+)>$/.exec(token)?.groups;
  if (parameter === undefined) return { kind: 'word', word: token };
  return { kind: 'parameter', name: parameter.name ?? '', type: parameter.type ?? 'WORD' };
}

/** Whether a typed token can be a parameter of a type. */
export function fitsType(type: string, token: string): boolean {
  const range = /^(?<least>-?\d+)-(?<most>\d+)$/.exec(type)?.groups;
  if (range !== undefined) {
    const value = Number(token);
    return /^[+-]?\d+$/.test(token) && value >= Number(range.least) && value <= Number(range.most);
  }
  switch (type) {
    case 'A.B.C.D':
      return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(token) && token.split('.').every((part) => Number(part) < 256);
    case 'hh:mm:ss':
      return /^(?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d$/.test(token);
    case 'hh:mm':
      return /^(?:[01]?\d|2[0-3]):[0-5]?\d$/.test(token);
    case 'MONTH':
      return monthNumber(token) >= 0;
    case 'HEX':
      return /^[0-9a-f]+$/i.test(token);
    default:
      return true;
  }
}
