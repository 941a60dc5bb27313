import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { ConfigError } from '../../adapters/fields';
import { builtinData } from '../../data/builtin';
import { messageOf } from '../../errors/errors';
import { isHubId } from '../../io/hub/ids';
import { builtinModels } from '../../models/builtin';
import { defined } from '../../numbers/defined';
import { codeLength, codeLetters, isAdapterFile, readCode, roomBounds } from '../../records/class.meta';
import type { Experiment } from '../../records/study';
import { UsageError } from '../command';
import { STUDY } from '../runFolders';
import { checkRates, openStudy, resultOf } from '../studyFolder';
import { isExact } from './exact';
import { hostRoom, type Host } from './host';
import { placed, readClass, StudyResults, type ClassFile } from './kept';
import { accuracyOf } from './requests';
import { Room, type RoomOptions } from './room';
import { SharedExperiments } from './shared';

/** The study of a class that brings none: methods of about 40,000 parameters, full fine-tuning and the head alone, by three seeds, at rates of the vision benchmark. */
const STANDARD = resolve(import.meta.dirname, '../../../public/experiments/class.json');

/** A class that is open. */
export interface OpenRoom {
  room: Room;
  code: string;
  /** Folder of the study that keeps results. */
  folder: string;
  host: Host;
  /** The port that it was served on before; 0 for none. */
  port: number;
  /** Says how the class is reached, once it is served at this address. */
  opened(url: string, host: string): string[];
}

const newSecret = (): string => randomBytes(16).toString('hex');

const newCode = (): string => Array.from({ length: codeLength }, () => codeLetters[randomInt(codeLetters.length)]).join('');

/**
 * Opens a class on a study: a grid as `fullrank study run --spec` takes it, whose folder is made in `under`; a folder of a study, in which a
 * class goes on where it was, with its code and its people; or one that comes with the page. Throws UsageError, ConfigError.
 */
export async function openRoom(from: string | undefined, { under, now = Date.now(), ...options }: { under: string; now?: number } & Omit<RoomOptions, 'code' | 'token' | 'before'>): Promise<OpenRoom> {
  const path = from === undefined ? STANDARD : resolve(from);
  if (!existsSync(path)) throw new UsageError(`--class ${from}: there is no such file or folder`);
  const isFolder = statSync(path).isDirectory();
  if (isFolder && !existsSync(join(path, STUDY))) throw new UsageError(`--class ${from}: the folder holds no ${STUDY}`);
  const before = isFolder ? await readClass(path) : null;
  const code = before?.code ?? ((isFolder && readCode(basename(path))) || newCode());
  const folder = isFolder ? path : join(resolve(under), code);
  const study = await openStudy(folder, isFolder ? undefined : path);
  checkRates(folder, study);
  const { experiments, opened: { model } } = study;
  if (model.net.language) throw new UsageError(`--class ${from}: ${model.id} reads texts, and a class shares experiments on pictures; fullrank study run trains those on texts`);
  if (experiments.length > roomBounds.experiments) throw new UsageError(`--class ${from}: a class shares at most ${roomBounds.experiments} experiments, and these are ${experiments.length}`);
  checkShared(defined(experiments[0]));
  const shared = new SharedExperiments(study);
  for (const { cell, name } of before?.experiments.slice(before.grid) ?? []) if (!shared.places.has(name) && shared.hasCell(cell)) shared.further(cell);
  const room = new Room(shared.all.map(({ shared }) => shared), {
    repeats: true,
    ...options,
    code,
    token: newSecret,
    further: (cell) => shared.further(cell),
    ...(before && { before: { ...placed(before, shared), now } }),
  });
  const left = await deliverKept(room, folder, shared, before);
  const place = { key: before?.key ?? newSecret(), port: before?.port ?? 0 };
  const results = new StudyResults(folder, shared, study.opened, place);
  await results.remember(room.memory());
  const opened = (url: string, host: string): string[] => {
    room.address = addressFor(url, host);
    place.port = Number(new URL(url).port) || 80;
    const count = shared.all.length;
    return [
      `The class ${code} shares ${count === 1 ? '1 experiment' : `${count} experiments`}${left < count ? `, ${left} of them without a result so far` : ''}; results are kept in ${folder}`,
      `The board, for the teacher: ${url}#/compare?class=${code}&board=${place.key}`,
      `For everybody else:         ${room.address}${code}`,
      `To go on after a stop:      npm start -- --class ${relative(process.cwd(), folder) || '.'}`,
    ];
  };
  return { room, code, folder, port: place.port, host: hostRoom(room, results, { key: place.key }), opened };
}

/** Tells the room of the results that its folder has; how many experiments have none. */
async function deliverKept(room: Room, folder: string, shared: SharedExperiments, before: ClassFile | null): Promise<number> {
  let left = shared.all.length;
  const known = new Map(before?.experiments.map((one) => [one.name, one]));
  for (const [place, { experiment, shared: { name } }] of shared.all.entries()) {
    const result = await resultOf(folder, experiment);
    if (!result) continue;
    const adapter = join(folder, 'adapters', experiment.name);
    const files = existsSync(adapter) ? readdirSync(adapter).filter(isAdapterFile).slice(0, roomBounds.files) : [];
    const { person = null, files: expected = 0 } = known.get(name) ?? {};
    room.deliver(place, { run: result.run.spec.id, accuracy: accuracyOf(result.run), person, exact: isExact(result.run) }, person === null ? files.length : Math.max(expected, files.length), files);
    left--;
  }
  return left;
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
