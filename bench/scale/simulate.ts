/**
 * A run over a fleet, played through: devices begin as the run's rules allow, and each goes through its phases, of which
 * some need a program's time, some a place among few, and some nothing but time. Pure and exact: the same model gives the
 * same answer on every machine.
 */
import { Agenda } from './agenda.ts';
import { Cores, Program, Room } from './machine-model.ts';
import { pace, type Rules, StartModel } from './start-model.ts';

export type Phase =
  /** CPU of a program, in milliseconds; others of the program's work may come first. */
  | { readonly kind: 'work'; readonly program: string; readonly ms: number }
  /** Time that passes by itself: distance, what a router does alone. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'take'; readonly room: string }
  | { readonly kind: 'give'; readonly room: string }
  /** The login was taken. */
  | { readonly kind: 'accepted' };

export interface Model {
  /** Cores by the name of the machine. */
  readonly machines: Readonly<Record<string, number>>;
  readonly programs: Readonly<Record<string, { readonly machine: string; readonly threads: number }>>;
  /** Places that devices need for a while. */
  readonly rooms: Readonly<Record<string, number>>;
  readonly rules: Rules;
  /** Before the first device. */
  readonly startUp: readonly Phase[];
  readonly job: readonly Phase[];
}

export interface Simulated {
  readonly wallMs: number;
  readonly mostAtWork: number;
  /** Of one device, from its start to its end. */
  readonly meanJobMs: number;
  /** By the program's name. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Core milliseconds by the machine's name. */
  readonly busyMs: Readonly<Record<string, number>>;
  /** Over all devices, by the room's name. */
  readonly takenMs: Readonly<Record<string, number>>;
}

export function simulate({ machines, programs, rooms, rules, startUp, job }: Model): Simulated {
  const agenda = new Agenda();
  const cores = mapValues(machines, (count) => new Cores(agenda, count));
  const running = mapValues(programs, ({ machine, threads }) => new Program(known(cores, machine), threads));
  const places = mapValues(rooms, (room) => new Room(agenda, room));
  let allJobsMs = 0;
  let endedAt = 0;
  const line = new StartModel(agenda, rules, () => {
    const startedAt = agenda.now;
    walk(job, () => {
      allJobsMs += agenda.now - startedAt;
      endedAt = agenda.now;
      line.done();
    });
  });

  function walk(phases: readonly Phase[], done: () => void): void {
    let at = 0;
    const next = (): void => {
      const phase = phases[at];
      at += 1;
      if (phase === undefined) done();
      else if (phase.kind === 'wait') agenda.after(phase.ms, next);
      else if (phase.kind === 'work') known(running, phase.program).work(phase.ms, next);
      else if (phase.kind === 'take') known(places, phase.room).take(next);
      else {
        if (phase.kind === 'give') known(places, phase.room).give();
        else line.accepted();
        next();
      }
    };
    next();
  }

  walk(startUp, () => {
    endedAt = agenda.now;
    line.begin();
  });
  agenda.run();
  return {
    wallMs: endedAt,
    mostAtWork: line.mostAtWork,
    meanJobMs: rules.devices === 0 ? 0 : allJobsMs / rules.devices,
    cpuMs: mapValues(running, ({ cpuMs }) => cpuMs),
    busyMs: mapValues(cores, ({ busyMs }) => busyMs),
    takenMs: mapValues(places, ({ takenMs }) => takenMs),
  };
}

export interface Bound {
  readonly name: string;
  /** The run cannot be shorter for the sake of this one thing. */
  readonly ms: number;
}

/** What each single thing makes of the run at least, the longest first: that one binds. */
export function bounds({ machines, programs, rooms, rules, startUp, job }: Model): readonly Bound[] {
  const { devices, concurrency, startsPerSecond } = rules;
  const alone = job.reduce((sum, phase) => sum + ('ms' in phase ? phase.ms : 0), 0);
  const cpu = (phases: readonly Phase[], program: string): number =>
    phases.reduce(
      (sum, phase) => sum + (phase.kind === 'work' && phase.program === program ? phase.ms : 0),
      0,
    );
  const startMs = startUp.reduce((sum, phase) => sum + ('ms' in phase ? phase.ms : 0), 0);
  const { starts, everyMs } = pace(startsPerSecond ?? Number.POSITIVE_INFINITY);
  const all: readonly Bound[] = [
    { name: 'start rate', ms: (Math.max(1, Math.ceil(devices / starts)) - 1) * everyMs },
    { name: 'concurrency', ms: (devices * alone) / Math.min(concurrency, Math.max(1, devices)) },
    ...Object.entries(programs).map(([program, { threads }]) => ({
      name: `CPU of ${program}`,
      ms: (devices * cpu(job, program)) / threads,
    })),
    ...Object.entries(machines).map(([machine, count]) => ({
      name: `cores of ${machine}`,
      ms:
        Object.keys(programs)
          .filter((program) => programs[program]?.machine === machine)
          .reduce((sum, program) => sum + devices * cpu(job, program), 0) / count,
    })),
    ...Object.entries(rooms).map(([room, count]) => ({
      name: room,
      ms: (devices * heldAlone(job, room)) / count,
    })),
  ];
  return all.map(({ name, ms }) => ({ name, ms: startMs + ms })).toSorted((one, other) => other.ms - one.ms);
}

/** How long a device keeps its place when nobody is in its way. */
function heldAlone(job: readonly Phase[], room: string): number {
  let ms = 0;
  let isHeld = false;
  for (const phase of job) {
    if (phase.kind === 'take' && phase.room === room) isHeld = true;
    if (phase.kind === 'give' && phase.room === room) isHeld = false;
    if (isHeld && 'ms' in phase) ms += phase.ms;
  }
  return ms;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Throws a TypeError for a name that the model does not have. */
function known<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const value = record[name];
  if (value === undefined) throw new TypeError(`the model has no ${name}`);
  return value;
}
