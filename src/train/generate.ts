import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import { constantValues, lastOf, type BytesByRole, type Constant, type Tensor } from '../engine/tensor';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import { textModel, type TextModel } from '../models/text';
import type { Context } from '../nn/context';
import { defined } from '../numbers/defined';
import { cachedAttention } from '../ops/cachedAttention';
import { linear } from '../ops/matmul';
import { slicesOf } from '../ops/slices';
import { choose } from './choose';
import { lessOfGoingOn } from './memoryAdvice';
import { deviceOptions } from './plan';
import type { FrozenDtype } from './protocol';

/** A model with its adapter that goes on with texts. */
export interface GeneratorInput {
  adapted: Adapted;
  source: TensorSource;
  values: Arrays;
  frozen_dtype?: FrozenDtype;
  /** Rows that go on side by side; 1 when left out. */
  rows?: number;
}

/** Options for opening a generator. */
export interface GeneratorOpening {
  /** Another generator of the same model, from which it borrows the weights that its adapter leaves as they are, and working memory: one of them runs at a time, and the lender ends last. */
  lender?: Generator;
  /** Ends it between two pieces of what is compiled and loaded: nothing stays, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/** Settings for choosing tokens, by transformers' names. */
export interface Sampling {
  max_new_tokens: number;
  /** 0: the likeliest token. */
  temperature?: number;
  /** Of the likeliest so many; 0 for all of them. */
  top_k?: number;
  /** Of the likeliest that together reach this share. */
  top_p?: number;
  seed?: number;
  /** Tokens that end a text. */
  eos?: readonly number[];
  signal?: AbortSignal;
}

/** Tokens of a prompt that are read at once. */
const CHUNK = 32;

/** A program that reads tokens (B, n) at their positions. */
interface Reading {
  program: Program;
  ids: Tensor;
  positions: Tensor;
}

/** A table of positions that is another one for texts of more than `most` tokens. */
interface Turning {
  table: Tensor;
  most: number;
  short: Constant;
  long: Constant;
}

/** Parts of a generator. */
interface Parts {
  read: Reading;
  /** The same of all rows; where positions turn. */
  again: Reading;
  say: Reading & { logits: Tensor[] };
  turning: Turning | null;
  lines: Tensor;
}

/**
 * A model that goes on with texts of at most `room` tokens: keys and values of those so far stay on the GPU. Two programs are recorded once,
 * one that reads tokens of a prompt and one that says what comes next, and are replayed with positions as inputs. Where positions are others
 * for longer texts, each text has those of its own length, and is read again when it outgrows the shorter ones, as transformers does.
 */
export class Generator {
  /** Line of the cache that holds each position of each row (rows, room). */
  private readonly at: Uint32Array;
  /** True if the table of positions is the one for longer texts, as it is at first where there are two. */
  private long = true;

  private constructor(
    private readonly machine: Machine,
    readonly model: TextModel,
    readonly room: number,
    private readonly parts: Parts,
  ) {
    this.at = new Uint32Array(parts.lines.storage.bytes / 4);
  }

  /** The texts' room is the number of tokens of the adapted model (`Language.tokens`). */
  static async open(device: Device, { adapted, source, values, frozen_dtype = 'f32', rows = 1 }: GeneratorInput, { lender, signal }: GeneratorOpening = {}): Promise<Generator> {
    signal?.throwIfAborted();
    const model = textModel(adapted.model);
    const room = model.language.tokens;
    const rec = new Recorder(deviceOptions(device.report));
    rec.advise = lessOfGoingOn({ rows, frozen_dtype, lent: lender !== undefined });
    // A single token has nothing to share a merged weight with.
    const context = adapted.context({ rec, batch: 1, training: false, frozen_dtype, checkpoint_activations: false, form: 'streamed' });
    const lines = rec.declare('input', 'lines', [rows, room], 'u32');
    let turning = null as Turning | null;
    const constant: Context['constant'] = (name, shape, data, shorter) => {
      const table = context.constant(name, shape, data);
      if (shorter) turning ??= { table, most: shorter.most, short: shorter.data, long: data };
      return table;
    };
    const record = (B: number, n: number, head: (x: Tensor) => void = () => {}): Reading => {
      const [ids, positions] = ['input_ids', 'position_ids'].map((name) => rec.declare('input', `${name} (${B}, ${n})`, [B, n], 'u32')) as [Tensor, Tensor];
      return { ids, positions, program: rec.program(`${B} x ${n} tokens`, () => head(model.forward(withCache({ ...context, constant }, rec, { positions, lines, lineCount: rows, room }), ids)), { gradients: false }) };
    };
    const logits: Tensor[] = [];
    const chunk = Math.min(CHUNK, room);
    const read = record(1, chunk);
    const again = turning && rows > 1 ? record(rows, chunk) : read;
    const say = record(rows, 1, (x) => {
      const { vocabulary, vocab_size } = model.language;
      for (const { part } of slicesOf(context.weight(vocabulary!, [vocab_size, model.hidden_size], { table: true }))) logits.push(rec.keep(linear(x, part, { label: 'logits' })));
    });
    const machine = await Machine.build(device, rec, () => signal?.throwIfAborted(), lender && { machine: lender.machine, holds: (label) => !Object.hasOwn(values, label) });
    try {
      await loadWeights(machine, rec, adapted.trace, source, values, { signal });
    } catch (error) {
      machine.destroy();
      throw error;
    }
    machine.setStep(noStep);
    return new Generator(machine, model, room, { read, again, say: { ...say, logits }, turning, lines });
  }

  /** A model's weights on the GPU for others to borrow, whatever room those have: it has little itself. */
  static lending(device: Device, { net, source, frozen_dtype }: Pick<GeneratorInput, 'source' | 'frozen_dtype'> & { net: TextModel }, signal?: AbortSignal): Promise<Generator> {
    const little = textModel(net.with({ tokens: Math.min(CHUNK, net.language.max_tokens) }));
    return Generator.open(device, { adapted: new Adapted(little, FROZEN), source, values: {}, frozen_dtype }, { signal });
  }

  /** Bytes on the GPU that are its own. */
  get bytes(): BytesByRole {
    return this.machine.plan.bytes;
  }

  destroy(): void {
    this.machine.destroy();
  }

  /** Reads a prompt but for its last token, as the beginning of all rows. Throws DataError of one that is empty, holds what is no token, or leaves no room, and EngineError where it is stopped. */
  async begin(prompt: ArrayLike<number>, more: number, signal?: AbortSignal): Promise<void> {
    const { vocab_size } = this.model.language;
    const ids = Uint32Array.from(prompt);
    if (ids.length === 0) throw new DataError('The prompt holds no token.');
    const bad = Array.from(prompt).find((id) => !Number.isInteger(id) || id < 0 || id >= vocab_size);
    if (bad !== undefined) throw new DataError(`The prompt holds ${bad}; the model knows tokens 0 to ${vocab_size - 1}.`);
    if (ids.length + more > this.room) throw new DataError(`The prompt has ${ids.length} tokens, and ${more} are to follow; there is room for ${this.room}.`);
    this.at.fill(0);
    this.machine.write(this.parts.lines, this.at);
    this.turn(ids.length);
    await this.readAll(this.parts.read, [ids], signal);
  }

  /** Takes the table of positions of texts of so many tokens; whether that is another one than before. */
  private turn(length: number): boolean {
    const { turning } = this.parts;
    const long = turning !== null && length > turning.most;
    if (!turning || long === this.long) return false;
    this.long = long;
    this.machine.write(turning.table, constantValues(long ? turning.long : turning.short));
    return true;
  }

  /** Reads texts of one length but for their last tokens. */
  private async readAll({ program, ids, positions }: Reading, texts: readonly ArrayLike<number>[], signal?: AbortSignal): Promise<void> {
    const { length } = defined(texts[0]);
    const n = lastOf(ids);
    for (let from = 0; from < length - 1; from += n) {
      // What stands beyond the text is written over before anything sees it.
      const at = Array.from({ length: n }, (_, i) => Math.min(from + i, this.room - 1));
      this.machine.write(ids, Uint32Array.from(texts.flatMap((text) => at.map((place) => defined(text[Math.min(place, length - 1)])))));
      this.machine.write(positions, Uint32Array.from(texts.flatMap(() => at)));
      await this.machine.run(program, signal);
    }
  }

  /**
   * Logits of what follows, of each row (rows, V). Each row's text is one of those of the last call, that of row `from` there (its own when
   * left out), or the prompt, with one token more. Throws EngineError where it is stopped.
   */
  async next(texts: readonly ArrayLike<number>[], { from, signal }: { from?: readonly number[]; signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    const { machine, at, room, parts: { say, again, lines } } = this;
    const { length } = defined(texts[0]);
    const before = at.slice();
    texts.forEach((_, row) => {
      const other = from?.[row] ?? row;
      at.set(before.subarray(other * room, (other + 1) * room), row * room);
      // The token that is read now lies on the row's own line.
      at[row * room + length - 1] = row;
    });
    const outgrown = this.turn(length);
    if (outgrown) texts.forEach((_, row) => at.fill(row, row * room, row * room + length));
    if (texts.length > 1) machine.write(lines, at);
    if (outgrown) await this.readAll(again, texts, signal);
    machine.write(say.ids, Uint32Array.from(texts, (text) => defined(text[length - 1])));
    machine.write(say.positions, new Uint32Array(texts.length).fill(length - 1));
    await machine.run(say.program, signal);
    const parts = await Promise.all(say.logits.map((part) => machine.readF32(part)));
    return texts.map((_, row) => {
      const all = new Float32Array(this.model.language.vocab_size);
      let at = 0;
      for (const part of parts) {
        const width = part.length / texts.length;
        all.set(part.subarray(row * width, (row + 1) * width), at);
        at += width;
      }
      return all;
    });
  }

  /** The tokens that follow a prompt, one by one, up to an end of text, which is the last of them. Throws what `begin` throws, and EngineError where it is stopped. */
  async *generate(prompt: ArrayLike<number>, how: Sampling): AsyncGenerator<number> {
    await this.begin(prompt, how.max_new_tokens, how.signal);
    const text = Array.from(prompt);
    for (let i = 0; i < how.max_new_tokens; i++) {
      const [logits] = await this.next([text], how);
      const token = choose(defined(logits), how, i);
      text.push(token);
      yield token;
      if (how.eos?.includes(token)) return;
    }
  }
}

/** A context whose attention keeps keys and values: those of layer i, as they are asked for. */
function withCache(context: Context, rec: Recorder, { positions, lines, lineCount, room }: { positions: Tensor; lines: Tensor; lineCount: number; room: number }): Context {
  const windows = new Map<Tensor, number | undefined>();
  let layer = 0;
  return {
    ...context,
    // Everything before a token is there, and nothing is hidden from it.
    positions: () => positions,
    input: (name, shape) => rec.declare('input', `${name} (${shape.join(', ')})`, shape, 'u32'),
    spans(mask, window) {
      const marked = { ...mask };
      windows.set(marked, window);
      return marked;
    },
    attendGrouped(qkv, seen, heads) {
      const given = Array.isArray(qkv) ? qkv : [qkv];
      const D = lastOf(defined(given[0])) / (given.length === 1 ? heads.heads + 2 * heads.kv_heads : heads.heads);
      const [keys, values] = ['keys', 'values'].map((name) => rec.declare('state', `${name} of layer ${layer}`, [lineCount, room, heads.kv_heads * D])) as [Tensor, Tensor];
      layer++;
      return cachedAttention(qkv, positions, { keys, values, lines, window: windows.get(seen) }, heads);
    },
  };
}
