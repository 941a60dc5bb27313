import { createHash } from 'node:crypto';
import { Refused } from './refused';

/** Bytes of results that are kept for whoever is reading them; at least the latest is, whatever its size. */
const MOST_KEPT = 64 * 2 ** 20;

interface Reading {
  bytes: Buffer;
  /** Of these bytes. */
  hash: string;
}

/** Results that somebody has begun to read: hashes, by experiment. */
export type Begun = Map<number, string>;

/** Results that are read in pieces: each is made once for whoever reads it from its first byte on, and sliced. */
export class Readings {
  private readonly kept = new Map<number, Reading>();

  constructor(
    private readonly make: (experiment: number) => Promise<string>,
    private readonly most = MOST_KEPT,
  ) {}

  /** A piece of a result from a byte on. Refuses where the result has changed since this reader began: its pieces would not be of one. */
  async piece(begun: Begun, experiment: number, from: number, length: number): Promise<Uint8Array> {
    const known = from > 0 ? this.kept.get(experiment) : undefined;
    const reading = known ?? (await this.begin(experiment));
    const mine = from > 0 ? begun.get(experiment) : undefined;
    if (mine !== undefined && mine !== reading.hash) throw new Refused('gone');
    begun.set(experiment, reading.hash);
    this.keep(experiment, reading);
    const piece = reading.bytes.subarray(from, from + length);
    if (piece.length < length) begun.delete(experiment);
    return piece;
  }

  private async begin(experiment: number): Promise<Reading> {
    const bytes = Buffer.from(await this.make(experiment));
    return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  }

  /** The latest stands last, so that the first is the one to give up. */
  private keep(experiment: number, reading: Reading): void {
    this.kept.delete(experiment);
    this.kept.set(experiment, reading);
    let bytes = 0;
    for (const one of this.kept.values()) bytes += one.bytes.length;
    for (const [oldest, one] of this.kept) {
      if (bytes <= this.most || this.kept.size === 1) break;
      this.kept.delete(oldest);
      bytes -= one.bytes.length;
    }
  }
}
