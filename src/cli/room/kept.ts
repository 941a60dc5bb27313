import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { FormatError } from '../../io/formatError';
import { readCode } from '../../records/class.meta';
import { writeRuns } from '../../records/runFile';
import { readResult, resultPath, resultText, type Result } from '../../records/study';
import type { RunRecord } from '../../train/protocol';
import { jsonOrNull, writeWhole } from '../files';
import type { OpenSet } from '../openSet';
import { contradiction, expectedOf, type Expected } from './check';
import { sameBits } from './exact';
import { memory, type Memory } from './memory';
import type { ResultStore } from './requests';
import type { SharedExperiments } from './shared';

/** File beside a study that keeps its class: the code, the teacher's key, and the people with their tokens. */
const CLASS = 'class.json';
/** Folder in which results lie that were taken back. */
const ASIDE = 'taken-back';

const classFile = z.extend(memory, { version: z.literal(1), key: z.string(), port: z.int().check(z.gte(0), z.lte(65_535)) });
export type ClassFile = z.output<typeof classFile>;

/** The class that a study's folder keeps; null where it keeps none. Throws FormatError. */
export async function readClass(folder: string): Promise<ClassFile | null> {
  const path = join(folder, CLASS);
  if (!existsSync(path)) return null;
  const { success, data } = classFile.safeParse(jsonOrNull(await readFile(path, 'utf8')));
  if (!success || readCode(data.code) !== data.code) throw new FormatError(`${path} keeps no class that this version reads. Remove it, and the class goes on with its results, but with nobody who had joined.`);
  return data;
}

/** The same class with its experiments in the places that they have now: the grid of its study may have been changed meanwhile. */
export function placed(before: Memory, { places, all, grid }: SharedExperiments): Memory {
  const known = new Map(before.experiments.map((one) => [one.name, one]));
  const none = { given: [], failed: [], refused: [], why: '', person: null, files: 0, repeated: null };
  const nowAt = (place: number) => places.get(before.experiments[place]?.name ?? '') ?? null;
  return {
    ...before,
    grid,
    people: before.people.map((one) => ({ ...one, has: one.has === null ? null : nowAt(one.has) })),
    experiments: all.map(({ shared: { name, cell } }) => known.get(name) ?? { ...none, name, cell }),
  };
}

/** Results in the folder of a study, whose runs go by the names of the class, and the class beside them. */
export class StudyResults implements ResultStore {
  private readonly expected = new Map<number, Promise<Expected>>();
  /** The class as it was written last, and the writing that goes on. */
  private written = '';
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly shared: SharedExperiments,
    private readonly set: OpenSet,
    /** Its port is known once the class is served. */
    private readonly place: Readonly<Pick<ClassFile, 'key' | 'port'>>,
  ) {}

  async check(place: number, run: RunRecord): Promise<string> {
    const { experiment } = this.shared.at(place);
    const expected = this.expected.get(place) ?? expectedOf(this.set, experiment);
    this.expected.set(place, expected);
    return contradiction(run, experiment, await expected);
  }

  async keep(place: number, run: RunRecord): Promise<void> {
    await writeWhole(this.pathOf(place), resultText(this.shared.at(place).experiment, run));
  }

  async repeats(place: number, run: RunRecord): Promise<boolean | null> {
    return sameBits((await this.resultAt(place)).run, run);
  }

  async read(place: number): Promise<string> {
    const { run } = await this.resultAt(place);
    return writeRuns([{ ...run, spec: { ...run.spec, name: this.shared.at(place).shared.name } }], Math.round((await stat(this.pathOf(place))).mtimeMs));
  }

  async discard(place: number): Promise<void> {
    const { name } = this.shared.at(place).experiment;
    for (const path of [resultPath(name), join('adapters', name)]) {
      if (!existsSync(join(this.folder, path))) continue;
      const aside = join(this.folder, ASIDE, path);
      await mkdir(dirname(aside), { recursive: true });
      await rm(aside, { recursive: true, force: true });
      await rename(join(this.folder, path), aside);
    }
  }

  async rename(place: number, by: string): Promise<void> {
    const { run } = await this.resultAt(place);
    const { by: _, ...rest } = run;
    await this.keep(place, { ...rest, ...(by && { by }) });
  }

  async keepFile(place: number, path: string, bytes: Uint8Array): Promise<void> {
    await writeWhole(this.fileOf(place, path), bytes);
  }

  async readFile(place: number, path: string, from: number, most: number): Promise<Uint8Array> {
    const file = await open(this.fileOf(place, path));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  remember(now: Memory): Promise<void> {
    const text = `${JSON.stringify({ version: 1, ...this.place, ...now } satisfies ClassFile)}\n`;
    if (text !== this.written) {
      this.written = text;
      this.writing = this.writing.then(() => (text === this.written ? writeWhole(join(this.folder, CLASS), text) : undefined)).catch((error: unknown) => console.error(error));
    }
    return this.writing;
  }

  private pathOf(place: number): string {
    return join(this.folder, resultPath(this.shared.at(place).experiment.name));
  }

  private async resultAt(place: number): Promise<Result> {
    return readResult(await readFile(this.pathOf(place), 'utf8'), this.pathOf(place));
  }

  private fileOf(place: number, path: string): string {
    return join(this.folder, 'adapters', this.shared.at(place).experiment.name, path);
  }
}
