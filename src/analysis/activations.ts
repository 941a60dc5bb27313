import type { Adapted } from '../adapters/adapted';
import type { Program, Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { lastOf, type Tensor } from '../engine/tensor';
import type { BlockOutput } from '../models/model';
import type { Context } from '../nn/context';
import { defined } from '../numbers/defined';
import { add } from '../ops/add';
import { addMoments, addSums } from '../ops/moments';
import { hostBatch, writeBatch } from '../train/batch';
import type { Feed } from '../train/images';
import type { ProgramOptions } from '../train/programs';
import { linearCka } from './cka';
import type { Composed } from './composed';

/** Records `see` on the outputs of attention and MLP, as they are before the residual stream is added. */
const watching = (ctx: Context, layers: ReadonlySet<string>, see: (name: string, y: Tensor) => void): Context => ({
  ...ctx,
  linear(name, x, out, options = {}) {
    if (!layers.has(name)) return ctx.linear(name, x, out, options);
    const y = ctx.linear(name, x, out, { ...options, residual: undefined });
    see(name, y);
    return options.residual ? add(y, options.residual) : y;
  },
});

/** Models whose activations are compared. */
type Who = 'pretrained' | 'reference' | 'run';

/** Agreement of a run's activations with those of the reference and of the pretrained model, by output: linear CKA. */
export interface Agreement {
  reference: number[];
  pretrained: number[];
}

/**
 * Forward passes that keep the activations of a batch and add their second moments up on the GPU: of each model, and of the
 * run (and the reference) with the others. Samples are tokens: all tokens of all images. What is held does not grow with
 * the images.
 */
export class Activations {
  readonly names: BlockOutput[];
  private readonly layers: string[];
  private readonly programs: { who: Who; program: Program }[];
  /** Activations of the batch, by model and layer. */
  private readonly kept = new Map<string, Tensor>();

  /** `reference`: there is one besides the run. `last`: of the last output alone. */
  constructor(
    private readonly rec: Recorder,
    adapted: Adapted,
    options: ProgramOptions,
    private readonly reference: boolean,
    last = false,
  ) {
    const all = adapted.trace.linears.flatMap(({ name }) => {
      const output = adapted.model.outputOf?.(name);
      return output ? [{ name, output }] : [];
    });
    const ends = last ? all.slice(-1) : all;
    this.layers = ends.map(({ name }) => name);
    this.names = ends.map(({ output }) => output);
    const input = rec.find(adapted.model.language ? 'input_ids' : 'pixel_values')!;
    const context = adapted.context({ ...options, rec, training: false });
    const layers = new Set(this.layers);
    const models: Who[] = reference ? ['pretrained', 'reference', 'run'] : ['pretrained', 'run'];
    this.programs = models.map((who, i) => {
      const see = (name: string, y: Tensor) => {
        this.kept.set(`${who} ${name}`, rec.keep(y));
        addSums(y, this.store(who, '', name, [lastOf(y), 1]));
        // With itself, and with each model before it.
        for (const other of models.slice(0, i + 1)) addMoments(y, this.kept.get(`${other} ${name}`)!, this.store(who, other, name, [lastOf(y), lastOf(y)]));
      };
      return { who, program: rec.program(`activations ${who}`, () => void adapted.model.forward(watching(context, layers, see), input), { gradients: false }) };
    });
  }

  private store(who: Who, other: Who | '', name: string, shape: readonly number[]): Tensor {
    return this.rec.declare('output', `moments ${who} ${other} ${name}`, shape);
  }

  /** Adds `batches` batches of images up. The run is at these coefficients of `composed`, or its update 0; the reference is update 1. */
  async collect(composed: Composed, feed: Feed, batches: number, signal: AbortSignal, progress: () => void, run: readonly number[] = [1]): Promise<void> {
    const { machine, inputs } = composed;
    const batch = defined(defined(Object.values(inputs)[0]).shape[0]);
    const host = hostBatch(inputs);
    const coefficients = { pretrained: [], run, reference: [0, 1] };
    for (let micro = 0; micro < batches; micro++) {
      await feed.fill(Array.from({ length: batch }, (_, i) => micro * batch + i), 0, host);
      writeBatch(machine, inputs, host);
      for (const { who, program } of this.programs) {
        await composed.at(coefficients[who]);
        machine.setStep({ ...noStep, micro });
        await machine.run(program, signal);
      }
      await machine.idle();
      progress();
      signal.throwIfAborted();
    }
  }

  /** Linear CKA of the run with the others over `rows` tokens. */
  async agreement(composed: Composed, rows: number): Promise<Agreement> {
    const out: Agreement = { reference: [], pretrained: [] };
    for (const name of this.layers) {
      const read = (who: Who, other: Who | '') => composed.machine.readF32(this.rec.find(`moments ${who} ${other} ${name}`)!);
      const [x, xx] = [await read('run', ''), await read('run', 'run')];
      for (const other of this.reference ? (['pretrained', 'reference'] as const) : (['pretrained'] as const)) {
        out[other].push(linearCka({ rows, x, xx, y: await read(other, ''), yy: await read(other, other), xy: await read('run', other) }));
      }
    }
    return out;
  }
}
