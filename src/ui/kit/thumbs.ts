import type { Sample } from '../../train/protocol';

/** Samples by name, pictures small; null for one that cannot be read or is not there. */
export type Thumbs = ReadonlyMap<string, Sample | null>;

interface Options {
  load: (names: string[]) => Promise<(Sample | null)[]>;
  onChange: (thumbs: Thumbs) => void;
  onError: (error: unknown) => void;
  /** Pictures asked for at once: what is on the way when the person scrolls on cannot be called back. */
  batch?: number;
  /** Pictures kept at most. */
  keep?: number;
}

/** Asks for the pictures that are in sight, a few at a time; what is out of sight again before its turn is never asked for. */
export class ThumbLoader {
  private thumbs: Map<string, Sample | null> = new Map();
  private wanted: string[] = [];
  private busy = false;
  private ended = false;

  constructor(private readonly options: Options) {}

  /** These are in sight now, and no others. */
  want(names: string[]): void {
    this.wanted = names;
    if (!this.busy) void this.pump();
  }

  /** Asks for nothing more. */
  end(): void {
    this.ended = true;
  }

  private async pump(): Promise<void> {
    const { load, onChange, onError, batch = 8, keep = 400 } = this.options;
    this.busy = true;
    try {
      for (;;) {
        const next = this.wanted.filter((name) => !this.thumbs.has(name)).slice(0, batch);
        if (this.ended || next.length === 0) return;
        const pictures = await load(next);
        if (this.ended) return;
        const thumbs = new Map(this.thumbs);
        next.forEach((name, i) => thumbs.set(name, pictures[i] ?? null));
        const inSight = new Set(this.wanted);
        for (const name of thumbs.keys()) {
          if (thumbs.size <= keep) break;
          if (!inSight.has(name)) thumbs.delete(name);
        }
        this.thumbs = thumbs;
        onChange(thumbs);
      }
    } catch (error) {
      if (!this.ended) onError(error);
    } finally {
      this.busy = false;
    }
  }
}
