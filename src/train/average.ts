import type { Adapted } from '../adapters/adapted';
import type { Machine } from '../engine/machine';
import type { Program, Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { average, averageDecay, exchange } from '../optim/average';
import type { Best } from './checkpoint';
import type { Programs } from './programs';
import type { TrainConfig } from './protocol';
import { restore } from './weights';

/** Programs of a run that keeps an average of what it trains. */
export interface Averaging {
  /** The average becomes what is trained, as it is. */
  begin: Program;
  /** Exchanges what is trained with its average. */
  exchange: Program;
}

/** Records them. */
export const recordAveraging = (rec: Recorder): Averaging => ({
  begin: rec.program('average', average, { gradients: false }),
  exchange: rec.program('exchange', exchange, { gradients: false }),
});

/**
 * Share by which the average moves at update `index`, from 0, of `total`: by `ema_decay` where that is set, else at the end of each epoch
 * by what the method counts it for, over the sum so far.
 */
export function averageRests({ ema_decay }: Pick<TrainConfig, 'ema_decay'>, { average }: Pick<Adapted, 'average'>, total: number, perEpoch: number): (index: number) => number {
  if (ema_decay > 0 || !average) return (index) => 1 - averageDecay(ema_decay, index);
  const epochs = Math.ceil(total / perEpoch);
  let sum = 0;
  const rests = Array.from({ length: epochs }, (_, e) => {
    const counts = average(e + 1, epochs);
    sum += counts;
    return sum > 0 ? counts / sum : 0;
  });
  return (index) => ((index + 1) % perEpoch === 0 || index + 1 === total ? defined(rests[Math.floor(index / perEpoch)]) : 0);
}

/** Begins the average where a run starts: at its first weights. */
export async function beginAverage(machine: Machine, { averaging }: Programs): Promise<void> {
  if (!averaging) return;
  machine.setStep({ ...noStep, averageRest: 1 });
  await machine.run(averaging.begin);
}

/** Runs `body` with the average instead of what is trained, where there is one. */
export async function withAverage<T>(machine: Machine, { averaging }: Programs, body: () => Promise<T>): Promise<T> {
  if (!averaging) return body();
  await machine.run(averaging.exchange);
  try {
    return await body();
  } finally {
    await machine.run(averaging.exchange);
  }
}

/** Puts in place what a run leaves: the best weights seen where they were kept, else the average where there is one, else the last. */
export async function leave(machine: Machine, programs: Programs, best: Best | null): Promise<void> {
  if (best && Object.keys(best.values).length > 0) restore(machine, programs, best.values);
  else if (programs.averaging) await machine.run(programs.averaging.exchange);
}
