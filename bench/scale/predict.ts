/** A scenario, played through: what a run takes, and what binds it. */
import type { Figures } from './figures.ts';
import { bounds, simulate } from './simulate.ts';
import { atItsPace, modelOf, type Scenario } from './work-model.ts';

export interface Prediction {
  readonly wallMs: number;
  /** Of trustfleet, all threads. */
  readonly cpuMs: number;
  readonly megabytes: number;
  readonly descriptors: number;
  readonly mostAtWork: number;
  readonly meanJobMs: number;
  readonly caRequests: number;
  /** Mean number of passwords that are out. */
  readonly passwords: number;
  /** What the run would have to be given more of to be quicker. */
  readonly binds: string;
  readonly diskMb: number;
}

export function predict(given: Scenario, { memory, descriptors, coldness }: Figures): Prediction {
  const scenario = atItsPace(given, coldness);
  const { work, rules } = scenario;
  const model = modelOf(scenario);
  const { wallMs, mostAtWork, meanJobMs, cpuMs, takenMs } = simulate(model);
  const { devices } = rules;
  return {
    wallMs,
    mostAtWork,
    meanJobMs,
    cpuMs: (cpuMs.trustfleet ?? 0) - devices * work.blockedMs + (cpuMs.helpers ?? 0) + work.startUpHelpersMs,
    megabytes: peakMb(memory, devices, mostAtWork),
    descriptors: Math.max(descriptors.startUp, descriptors.base + descriptors.session * mostAtWork),
    caRequests: devices * work.caRequests,
    passwords: (takenMs.passwords ?? 0) / wallMs,
    binds: bounds(model)[0]?.name ?? '',
    diskMb: (devices * work.keptKb) / 1024,
  };
}

function peakMb(memory: Figures['memory'], devices: number, mostAtWork: number): number {
  const { baseMb, sessionMb, deviceMb, slackMb, slackDevices } = memory;
  const slack = slackMb * Math.min(1, devices / slackDevices);
  return baseMb + sessionMb * mostAtWork + deviceMb * devices + slack;
}
