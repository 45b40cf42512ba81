import { isDeepStrictEqual } from 'node:util';
import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import { save } from '../../ios/dialogues/save.ts';
import type { ConfiguredCertificate, RunningPki } from '../../ios/show/running-pki.ts';
import { sameSerial } from '../../pki/check-state.ts';
import { type Observation, type TrustpointView, viewTrustpoint } from '../observation.ts';
import { observeStartup } from '../observe.ts';
import { examine, type Scope } from '../proof.ts';
import type { DeviceRecord } from '../record.ts';
import type { StepContext } from './context.ts';

/**
 * Writes the startup configuration and reads it back: `[OK]` is the router's word, what a reload would find is the
 * proof. Throws DeviceError `not-saved` when the startup configuration lacks a trustpoint, its CA certificate or its
 * certificate, or when it cannot be read.
 */
export async function saveAndProve(
  context: StepContext,
  record: DeviceRecord,
  after: Observation,
  scope: Scope,
): Promise<void> {
  const names = context.device.trustpoints.map(({ name }) => name);
  const read = await record.step('save', undefined, async (note) => {
    await save(context.session, { allowOverwriteNvram: context.allowOverwriteNvram });
    // Losing the router now does not undo what it said it did; that is told apart from a save that did not happen.
    const startup = await observeStartup(context.session, names).catch(toDeviceError);
    if (startup instanceof DeviceError || startup === undefined) {
      note('the router says [OK]; its startup configuration could not be read back');
      return startup;
    }
    record.findings = examine(context, { ...after, startup }, scope);
    refuseLacking(record, startup, names, after);
    note('startup configuration written and read back');
    return startup;
  });
  if (read instanceof DeviceError) throw read;
  if (read !== undefined) return;
  record.findings = examine(context, { ...after, startup: undefined }, scope);
  const unread = new DeviceError(
    'not-saved',
    'the router says it saved, but the startup configuration was not read',
    {
      hint: 'permit show startup-config for the user, then run trustfleet verify',
    },
  );
  record.fail(unread, 'save');
  throw unread;
}

function refuseLacking(
  record: DeviceRecord,
  startup: RunningPki,
  names: readonly string[],
  after: Observation,
): void {
  const lacking = names.flatMap((name) => {
    const what = lackingIn(startup, name, viewTrustpoint(after, name));
    return what === undefined ? [] : [{ name, what }];
  });
  const [first] = lacking;
  if (first === undefined) return;
  record.isSavedInPart = after.startup !== undefined && !isDeepStrictEqual(startup, after.startup);
  throw new DeviceError(
    'not-saved',
    `${first.name}: the router said [OK], but its startup configuration ${first.what}`,
    {
      detail: lacking
        .map(({ name, what }) => `${name}: the startup configuration ${what}; ${holds(startup, name)}`)
        .join('\n'),
      hint: 'a reload would not bring back what this run did: look at NVRAM space on the router (dir nvram:), write memory by hand, then run trustfleet verify',
    },
  );
}

/** What a reload would miss of a trustpoint; undefined when it is all there. */
function lackingIn(startup: RunningPki, name: string, view: TrustpointView): string | undefined {
  const { lines, identity, authorities } = view;
  if (lines === undefined) return undefined;
  if (!startup.trustpoints.some((saved) => saved.name === name)) return `has no trustpoint ${name}`;
  const saved = savedOf(startup, name);
  const wanted = [...(identity === undefined ? [] : [identity]), ...authorities].filter(
    ({ kind }) => kind === 'identity' || kind === 'ca',
  );
  const missing = wanted.filter(
    ({ kind, serial }) => !saved.some((each) => each.kind === kind && sameSerial(each.serial, serial)),
  );
  return missing.length === 0 ? undefined : `lacks ${missing.map(({ head }) => head).join(', ')}`;
}

function holds(startup: RunningPki, name: string): string {
  const saved = savedOf(startup, name);
  return saved.length === 0 ? 'it holds none' : `it holds ${saved.map(({ head }) => head).join(', ')}`;
}

function savedOf(startup: RunningPki, name: string): readonly ConfiguredCertificate[] {
  return startup.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
}
