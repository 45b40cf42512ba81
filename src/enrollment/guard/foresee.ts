import type { Device } from '../../domain/device.ts';
import { removeTrustpointCommand } from '../../ios/dialogues/remove-trustpoint.ts';
import { conditional, type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import type { ForeseenStep } from '../foresee.ts';
import { foreseeLook } from '../look.ts';
import type { Action } from '../plan.ts';
import { foreseeUndoSwitch } from '../steps/switch-over.ts';
import { foreseeHealth, foreseeWatch } from './health.ts';
import { foreseeFailing, foreseeHolding, foreseeTakingOff } from './hold.ts';
import { isChanging } from './protect.ts';

type Protected = Pick<Device, 'health' | 'guard'>;

/** Before the first change: health, then the guard. */
export function foreseeProtection(
  { health = [], guard }: Protected,
  actions: readonly Action[],
): readonly ForeseenStep[] {
  const lines = [
    ...(actions.length === 0 ? [] : foreseeHealth(health)),
    ...(guard === undefined || !isChanging(actions) ? [] : foreseeHolding(guard)),
  ];
  return lines.length === 0 ? [] : [{ step: 'protect', notes: [], lines }];
}

/** Behind the verification: health once more, then the guard goes. */
export function foreseeAcceptance(
  { health = [], guard }: Protected,
  actions: readonly Action[],
): readonly ForeseenStep[] {
  const lines = [
    ...foreseeWatch(health),
    ...(guard === undefined || !isChanging(actions) ? [] : foreseeTakingOff(guard)),
  ];
  return lines.length === 0 ? [] : [{ step: 'accept', notes: [], lines }];
}

/** What may be typed when something fails in between. */
export function foreseeRetreat(
  { health = [], guard }: Protected,
  actions: readonly Action[],
): readonly ForeseenStep[] {
  if (guard !== undefined && isChanging(actions)) {
    const lines = conditional('something fails, and the router still answers', [
      ...foreseeFailing(guard),
      ...(guard.kind === 'revert' ? foreseeLook(['running']) : []),
    ]);
    return [{ step: 'retreat', notes: [], lines }];
  }
  if (health.length === 0) return [];
  const notes = ['lines that were added to a trustpoint are taken away, those they replaced are put back'];
  const switched = actions.flatMap((action) => (action.kind === 'switch' ? foreseeUndoSwitch(action) : []));
  const lines: readonly ForeseenLine[] = [
    ...conditional('its health is worse', switched),
    ...conditional('its health is worse, and the trustpoint is new', removals(actions)),
    ...conditional('its health is worse', foreseeLook(['running'])),
  ];
  return [{ step: 'retreat', notes, lines }];
}

function removals(actions: readonly Action[]): readonly ForeseenLine[] {
  return actions.flatMap((action) =>
    action.kind === 'configure' ? foreseeConversation(removeTrustpointCommand(action.trustpoint)) : [],
  );
}
