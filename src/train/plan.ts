import type { Adapted } from '../adapters/adapted';
import { mixes } from '../data/mix';
import { deviceOptions, type About } from '../engine/deviceOptions';
import { EngineError } from '../engine/errors';
import { planMemory } from '../engine/plan';
import type { Program } from '../engine/record';
import { objectiveOf } from '../tasks';
import { fitted, inParts } from './microBatches';
import type { KnownModel } from './openModel';
import { workOf } from './work';
import { recordPrograms, type ProgramOptions, type Programs } from './programs';
import type { Plan, TrainConfig } from './protocol';

export { deviceOptions };

/** Options that the recorded programs depend on, from a training config, a device (or none, for planning without one), and the rows that an evaluation looks at (`mostMeasured`). */
export function programOptions(config: TrainConfig, device?: About, measured = 0): ProgramOptions {
  return {
    batch: config.batch,
    accumulate: config.accumulate,
    weight_decay: config.weight_decay,
    loss: config.loss,
    label_smoothing: config.label_smoothing,
    class_weights: config.class_weights !== null,
    ...(mixes(config) && { mixed: true }),
    ...(config.layer_decay !== 1 && { layer_decay: config.layer_decay }),
    ...(config.ema_decay > 0 && { averaged: true }),
    frozen_dtype: config.frozen_dtype,
    checkpoint_activations: config.checkpoint_activations,
    ...(measured > 0 && { measured }),
    ...(config.memory_limit > 0 && { memory: config.memory_limit * 2 ** 20 }),
    ...deviceOptions(device),
  };
}

/** The same of a run, which does not compute again what nothing changes. */
const runOptions = (...given: Parameters<typeof programOptions>): ProgramOptions => ({ ...programOptions(...given), trunk: true });

/** A run's programs, and what they will take. */
export interface PlannedRun {
  plan: Plan;
  programs: Programs;
}

/** Programs that are kept: as many as there are methods to be compared, and one. */
const KEPT = 8;

/**
 * Programs of the runs that were planned last. What a page shows, what is compiled ahead and the run itself are one choice, of
 * which the programs are recorded once.
 */
export class Plans {
  private readonly known = new Map<string, Programs>();

  /** `trunk`: what nothing changes is a program of its own, and computed once a picture (train/trunk.ts). */
  constructor(private readonly trunk = true) {}

  /** As `planRun`, of a model by its config.json, in as few parts of a batch as fit, from `least` on (`fitted`). */
  of({ config: json }: Pick<KnownModel, 'config'>, adapted: Adapted, config: TrainConfig, steps: number, device?: About, { measured, least = 1 }: { measured?: number; least?: number } = {}): PlannedRun {
    const { programs, parts } = fitted(config, device, (divided) => this.programs(json, adapted, { ...programOptions(divided, device, measured), trunk: this.trunk }), least);
    return { plan: planOf(programs, adapted, config, steps, parts), programs };
  }

  private programs(json: KnownModel['config'], adapted: Adapted, options: ProgramOptions): Programs {
    const { num_labels, image_size, head, classTexts } = adapted.model;
    const batch = objectiveOf(adapted.model, options.loss).batch(adapted.model, 1);
    const bases = Object.entries(adapted.shared).map(([name, { shape, stored }]) => [name, shape, stored?.shape, stored?.dtype]);
    const key = JSON.stringify([json, num_labels, image_size, head, classTexts, batch, adapted.config, bases, options]);
    const programs = this.known.get(key) ?? recordPrograms(adapted, options);
    // The one used last is the last to go.
    this.known.delete(key);
    this.known.set(key, programs);
    for (const oldest of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(oldest);
    return programs;
  }
}

/** As `planRun`, in as few parts of a batch as fit (`fitted`). */
export function planFitted(adapted: Adapted, config: TrainConfig, steps: number, device?: About): PlannedRun {
  const { programs, parts } = fitted(config, device, (divided) => recordPrograms(adapted, runOptions(divided, device)));
  return { plan: planOf(programs, adapted, config, steps, parts), programs };
}

/** Records a run's programs and says what they will take: parameters, bytes by role, dispatches. Needs no GPU and no weights. `measured` are the rows that an evaluation looks at. */
export function planRun(adapted: Adapted, config: TrainConfig, steps: number, device?: About, measured?: number): PlannedRun {
  const programs = recordPrograms(adapted, runOptions(config, device, measured));
  return { plan: planOf(programs, adapted, config, steps), programs };
}

function planOf(programs: Programs, adapted: Adapted, asked: TrainConfig, steps: number, parts = 1): Plan {
  const config = inParts(asked, parts);
  const memory = planMemory(programs.rec);
  const counts = adapted.counts();
  const count = (program: Program | null) => program?.entries.length ?? 0;
  return {
    ...counts,
    trainable_parameters: counts.adapter_parameters + counts.head_parameters,
    bytes: memory.bytes,
    total_bytes: memory.total,
    dispatches: count(programs.once) + config.accumulate * (count(programs.trunk?.program ?? null) + count(programs.train)) + count(programs.update),
    ...(parts > 1 && { micro_batches: { count: parts, size: config.batch } }),
    file_bytes: adapted.fileBytes(),
    work: workOf(adapted, config.batch, programs.sharing),
    steps,
    forms: adapted.forms(config.batch, programs.sharing),
    ...(programs.merging !== 'again' && { merging: programs.merging }),
  };
}

/** Work of one of the run's steps, as its plan says: in shares of full fine-tuning's. Infinity for a step so large that it cannot be recorded. */
export function stepWork(adapted: Adapted, config: TrainConfig, device?: About): number {
  // The plan says whether micro-batches share merged weights; without them its other half is not needed.
  if (config.accumulate === 1) return workOf(adapted, config.batch);
  try {
    return planRun(adapted, config, 0, device).plan.work!;
  } catch (error) {
    if (error instanceof EngineError) return Infinity;
    throw error;
  }
}

/**
 * The largest batch, up to `most`, whose plan stays within `bytes`, found by planning alone: a plan's bytes grow with the
 * batch. 0 when not even one image fits.
 */
export function largestBatch(adapted: Adapted, config: TrainConfig, bytes: number, { device, most = 4096 }: { device?: About; most?: number } = {}): number {
  const fits = (batch: number) => planMemory(recordPrograms(adapted, runOptions({ ...config, batch }, device)).rec).total <= bytes;
  // Doubling first: planning takes as long as the programs are, whatever the batch, but small answers are found with few plans.
  let [low, high] = [0, 1];
  while (high <= most && fits(high)) [low, high] = [high, 2 * high];
  high = Math.min(high, most + 1);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
