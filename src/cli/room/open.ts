import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../adapters/fields';
import { builtinData } from '../../data/builtin';
import { messageOf } from '../../errors/errors';
import { isHubId } from '../../io/hub/ids';
import { writeRuns } from '../../records/runFile';
import { builtinModels } from '../../models/builtin';
import { defined } from '../../numbers/defined';
import { codeLength, codeLetters, isAdapterFile, roomBounds } from '../../records/class.meta';
import { experimentNames } from '../../records/experimentNames';
import { readResult, resultPath, resultText, type Experiment } from '../../records/study';
import { UsageError } from '../command';
import { writeWhole } from '../files';
import type { OpenSet } from '../openSet';
import { openStudy, resultOf, STUDY } from '../studyFolder';
import { accuracyOf, type ResultStore } from './requests';
import { contradiction, expectedOf, type Expected } from './check';
import { hostRoom, type Host } from './host';
import { Room, type RoomOptions } from './room';

/** The study of a class that brings none: the methods of a first visit, by three seeds. */
const STANDARD = resolve(import.meta.dirname, '../../../public/experiments/class.json');

/** A class that is open. */
export interface OpenRoom {
  room: Room;
  code: string;
  /** Folder of the study that keeps results. */
  folder: string;
  host: Host;
  /** Says how the class is reached, once it is served at this address. */
  opened(url: string, host: string): string[];
}

const newCode = (): string => Array.from({ length: codeLength }, () => codeLetters[randomInt(codeLetters.length)]).join('');

/**
 * Opens a class on a study: a grid as `fullrank study run --spec` takes it, whose folder is made in `under`; a folder of a study, which
 * goes on where it was; or one that comes with the page. Throws UsageError, ConfigError.
 */
export async function openRoom(from: string | undefined, { under, ...options }: { under: string } & Omit<RoomOptions, 'code' | 'token'>): Promise<OpenRoom> {
  const code = newCode();
  const path = from === undefined ? STANDARD : resolve(from);
  if (!existsSync(path)) throw new UsageError(`--class ${from}: there is no such file or folder`);
  const isFolder = statSync(path).isDirectory();
  if (isFolder && !existsSync(join(path, STUDY))) throw new UsageError(`--class ${from}: the folder holds no ${STUDY}`);
  const folder = isFolder ? path : join(resolve(under), code);
  const { experiments, opened: set } = await openStudy(folder, isFolder ? undefined : path);
  const { model } = set;
  if (model.net.language) throw new UsageError(`--class ${from}: ${model.id} reads texts, and a class shares experiments on pictures; fullrank study run trains those on texts`);
  if (experiments.length > roomBounds.experiments) throw new UsageError(`--class ${from}: a class shares at most ${roomBounds.experiments} experiments, and these are ${experiments.length}`);
  checkShared(defined(experiments[0]));
  const names = experimentNames(experiments);
  const room = new Room(experiments.map(({ spec }, i) => ({ name: defined(names[i]), spec: { ...spec, name: defined(names[i]) } })), { ...options, code, token: () => randomBytes(16).toString('hex') });
  const opened = (url: string, host: string): string[] => {
    room.address = addressFor(url, host);
    return [
      `The class ${code} shares ${experiments.length === 1 ? '1 experiment' : `${experiments.length} experiments`}${left < experiments.length ? `, ${left} of them without a result so far` : ''}; results are kept in ${folder}`,
      `The board, for the teacher: ${url}#/compare?class=${code}&board=1`,
      `For everybody else:         ${room.address}${code}`,
    ];
  };
  let left = experiments.length;
  for (const [place, experiment] of experiments.entries()) {
    const result = await resultOf(folder, experiment);
    if (!result) continue;
    const adapter = join(folder, 'adapters', experiment.name);
    const files = existsSync(adapter) ? readdirSync(adapter).filter(isAdapterFile).slice(0, roomBounds.files) : [];
    room.deliver(place, { run: result.run.spec.id, accuracy: accuracyOf(result.run), person: null }, files.length, files);
    left--;
  }
  return { room, code, folder, host: hostRoom(room, keptIn(folder, experiments, names, set)), opened };
}

/** Results in the folder of a study, whose runs go by the names of the class. */
function keptIn(folder: string, experiments: readonly Experiment[], names: readonly string[], set: OpenSet): ResultStore {
  const expected = new Map<number, Promise<Expected>>();
  const expectedAt = (place: number) => {
    const known = expected.get(place) ?? expectedOf(set, defined(experiments[place]));
    expected.set(place, known);
    return known;
  };
  const fileOf = (place: number, path: string) => join(folder, 'adapters', defined(experiments[place]).name, path);
  return {
    check: async (place, run) => contradiction(run, defined(experiments[place]), await expectedAt(place)),
    async keep(place, run) {
      const experiment = defined(experiments[place]);
      await writeWhole(join(folder, resultPath(experiment.name)), resultText(experiment, run));
    },
    keepFile: (place, path, bytes) => writeWhole(fileOf(place, path), bytes),
    async read(place) {
      const path = join(folder, resultPath(defined(experiments[place]).name));
      const { run } = readResult(await readFile(path, 'utf8'), path);
      return writeRuns([{ ...run, spec: { ...run.spec, name: defined(names[place]) } }], Math.round((await stat(path)).mtimeMs));
    },
    async readFile(place, path, from, most) {
      const file = await open(fileOf(place, path));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** The pages of a class need the model and the images from elsewhere: they come with the page, or from the hub. */
function checkShared({ spec: { model, data } }: Experiment): void {
  const there = (id: string, builtin: readonly { id: string }[]) => builtin.some((one) => one.id === id) || (isHubId(id) && !existsSync(id));
  if (!there(model, builtinModels)) throw new ConfigError(`a class needs a model that comes with the page or lies on the hub, and ${model} lies on this computer alone.`);
  if (!there(data, builtinData)) throw new ConfigError(`a class needs images that come with the page or lie on the hub, and ${data} lie on this computer alone.`);
}

/** Address at which others open the page: this computer's first that its network reaches, if it listens to all. */
function addressFor(url: string, host: string): string {
  const lan = Object.values(networkInterfaces()).flatMap((some) => some ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (!lan || !['0.0.0.0', '::'].includes(host)) return url;
  const address = new URL(url);
  address.hostname = lan;
  return address.href;
}

/** Message of an error, as a sentence. */
export const reasonText = (error: unknown): string => messageOf(error);
