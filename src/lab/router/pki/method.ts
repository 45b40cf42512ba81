import { type FilePlace, parsePlace } from '../file-system.ts';
import type { Router } from '../router.ts';
import type { Trustpoint } from './trustpoint.ts';

/** How a trustpoint gets its CA's certificate, or its own. */
export type Method =
  | { readonly kind: 'scep'; readonly url: string }
  | { readonly kind: 'terminal' }
  | { readonly kind: 'file'; readonly place: FilePlace }
  /** An enrollment profile with an HTTP command of its own. */
  | { readonly kind: 'http'; readonly url: string; readonly command: string };

/** Undefined when the trustpoint says nothing, or names a profile that is not there or says nothing. */
export function methodFor(
  router: Router,
  trustpoint: Trustpoint,
  task: 'authentication' | 'enrollment',
): Method | undefined {
  if (trustpoint.isTerminal) return { kind: 'terminal' };
  const profile = router.config.enrollmentProfiles.get(trustpoint.profile ?? '');
  const url = profile?.get(`${task} url`)?.slice(`${task} url `.length) ?? trustpoint.target;
  const command = profile?.get(`${task} command`)?.slice(`${task} command `.length);
  if (profile?.has(`${task} terminal`) === true) return { kind: 'terminal' };
  if (url === undefined) return undefined;
  const place = parsePlace(url);
  if (place !== undefined) return { kind: 'file', place: named(router, place) };
  return command === undefined ? { kind: 'scep', url } : { kind: 'http', url, command };
}

/** Without a file name the router takes its own full name. */
function named(router: Router, place: FilePlace): FilePlace {
  const isFolder = place.path === '' || place.path.endsWith('/');
  return isFolder ? { ...place, path: `${place.path}${router.config.fqdn}` } : place;
}
