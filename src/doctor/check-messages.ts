import type { AuthorityFacts, Poll } from './facts.ts';
import type { DoctorFinding } from './finding.ts';
import type { WantedAlgorithms, Wants } from './wants.ts';
import { someNames } from './words.ts';

type Facts = Pick<AuthorityFacts, 'capabilities' | 'polls' | 'filler' | 'control' | 'certificates'>;

const LENGTH_STATUS: ReadonlySet<number> = new Set([400, 404, 413, 414, 431]);

/** Whether the CA understands what routers send, in the form in which they send it. */
export function checkMessages(
  wants: Pick<Wants, 'authority' | 'algorithms' | 'users'>,
  facts: Facts,
): readonly DoctorFinding[] {
  if (facts.capabilities === undefined) return [];
  const tooLong = checkLength(wants, facts);
  return [
    checkCapabilities(facts.capabilities),
    tooLong,
    ...(tooLong.status === 'pass' ? checkAlgorithms(wants, facts) : []),
  ];
}

function checkCapabilities(capabilities: NonNullable<Facts['capabilities']>): DoctorFinding {
  const check = 'capabilities';
  if ('failed' in capabilities) {
    const remedy =
      'routers take such a CA for one that knows the oldest algorithms only: have it answer GetCACaps';
    return { check, status: 'warn', says: `no answer to GetCACaps: ${capabilities.failed}`, remedy };
  }
  const { status, words } = capabilities.value;
  if (words.length === 0) {
    const said = status === 200 ? 'names nothing that is known' : `is HTTP ${status}`;
    return {
      check,
      status: 'warn',
      says: `the answer to GetCACaps ${said}: clients assume no more than SHA-1, triple DES and no renewal`,
      remedy:
        'a CA of before 2008 is like this; update it, or replace certificates by enroll instead of renew',
    };
  }
  const says = words.join(' ');
  if (!words.includes('Renewal')) {
    return {
      check,
      status: 'warn',
      says: `${says}: no Renewal`,
      remedy:
        'routers do not renew with the certificate they hold at such a CA: have renewal allowed, or enroll anew before the end',
    };
  }
  if (!words.some((word) => /^SHA-(?:256|384|512)$|^SCEPStandard$/.test(word))) {
    const remedy = 'it promises SHA-1 at best: update the CA, or at NDES install the hotfix for SHA-2';
    return { check, status: 'warn', says: `${says}: nothing better than SHA-1`, remedy };
  }
  return { check, status: 'pass', says };
}

function checkLength({ authority }: Pick<Wants, 'authority'>, { polls, filler }: Facts): DoctorFinding {
  const check = 'long-get';
  const longest = Math.max(0, ...polls.map(({ characters }) => characters));
  if (polls.length === 0) {
    return { check, status: 'skip', says: 'without the CA’s certificates there is nothing to send' };
  }
  const number = longest.toLocaleString('en-US');
  const says = `a query of ${number} characters, as long as a router’s request`;
  if (polls.some(({ outcome }) => outcome.kind === 'answered' || outcome.kind === 'unreadable')) {
    return { check, status: 'pass', says: `${says}, is taken` };
  }
  const statuses = [
    ...new Set(polls.flatMap(({ outcome }) => (outcome.kind === 'http' ? [outcome.status] : []))),
  ];
  const minded = filler !== undefined && ('failed' in filler || LENGTH_STATUS.has(filler.value));
  if (statuses.length > 0 && !minded) return { check, status: 'pass', says: `${says}, is taken` };
  const told = statuses.length === 0 ? whyOf(polls) : `HTTP ${statuses.join(', ')}`;
  return {
    check,
    status: 'fail',
    says: `${says}, is refused (${told}), whatever is in it; a short one is not`,
    remedy: authority.challenge.kind === 'ndes' || authority.scep.ra ? IIS : OTHERS,
  };
}

const IIS =
  'IIS logs it as 404.15 (or 404.14): raise maxQueryString of the NDES applications to 65536 and maxUrl to 16384 (request filtering), and MaxFieldLength and MaxRequestBytes of HTTP.sys to 65534; routers cannot POST';
const OTHERS =
  'raise the longest request line that the CA’s web server and every proxy before it take to 16384 or more; routers cannot POST';

function whyOf(polls: readonly Poll[]): string {
  const [why = 'no answer'] = polls.flatMap(({ outcome }) =>
    outcome.kind === 'failed' ? [outcome.why] : [],
  );
  return why;
}

/** One finding for each way of the fleet's routers. */
function checkAlgorithms(
  { algorithms }: Pick<Wants, 'algorithms'>,
  { polls, control }: Pick<Facts, 'polls' | 'control'>,
): readonly DoctorFinding[] {
  const findings = polls.map((poll) => {
    const wanted = algorithms.find(({ digest, cipher }) => digest === poll.digest && cipher === poll.cipher);
    return judgePoll(poll, wanted, control);
  });
  if (algorithms.length > 0) return findings;
  return [
    ...findings,
    {
      check: 'algorithms',
      status: 'skip',
      says: 'no release of this fleet is known: whether its weakest router is understood was not tried',
      remedy: 'run trustfleet verify first, or name the weakest release: --release 12.4',
    },
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
  des: 'single DES',
  '3des': 'triple DES',
};

function judgePoll(
  { digest, cipher, outcome }: Poll,
  wanted: WantedAlgorithms | undefined,
  control: Poll | undefined,
): DoctorFinding {
  const check = 'algorithms';
  const how = `${NAMES[digest]} and ${NAMES[cipher]}`;
  const them =
    wanted === undefined
      ? how
      : `${how}, as ${someNames(wanted.releases)} ${wanted.releases.length === 1 ? 'uses' : 'use'} them,`;
  const remedy = `let the CA accept ${how}, or give these routers a newer release, or a hash line where theirs has one`;
  switch (outcome.kind) {
    case 'answered': {
      if (outcome.failInfo === 'badAlg') {
        return { check, status: 'fail', says: `${them} are refused (badAlg)`, remedy };
      }
      if (outcome.digest !== digest) {
        return {
          check,
          status: 'warn',
          says: `${them} are understood, and the answer is signed with ${NAMES[outcome.digest] ?? outcome.digest}`,
          remedy: 'a release that does not know that digest cannot read the answer: try one router first',
        };
      }
      return { check, status: 'pass', says: `${them} are understood and answered` };
    }
    case 'http': {
      if (control !== undefined && control.outcome.kind !== 'answered') {
        return {
          check,
          status: 'skip',
          says: `${them} could not be tried: the CA answers polls with HTTP ${outcome.status}, in its own algorithms too`,
          remedy: 'enroll one router of the weakest release first',
        };
      }
      return { check, status: 'fail', says: `${them} end with HTTP ${outcome.status}`, remedy };
    }
    case 'unreadable':
      return {
        check,
        status: 'warn',
        says: `${them} are answered with what cannot be read: ${outcome.why}`,
        remedy: 'enroll one router of that release first, and look into the CA’s log at that moment',
      };
    case 'failed':
      return { check, status: 'fail', says: `${them} could not be tried: ${outcome.why}`, remedy };
  }
}
