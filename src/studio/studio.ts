import { Hub } from '../io/hub/hub';
import { opfsFiles } from '../io/hub/opfsFiles';
import type { Places } from '../train/chooseDevice';
import type { PageParts } from '../train/deployPage';
import { Plans } from '../train/plan';
import type { StudioWorker } from './protocol';
import type { TryoutHost } from '../train/tryout';
import { Analysing } from './analysing';
import { DataSets } from './dataSets';
import { Devices } from './devices';
import { Exporting } from './exporting';
import { Imports } from './imports';
import { Labelling } from './labelling';
import { Library } from './library';
import { Measuring } from './measuring';
import { Planning } from './planning';
import { Projects } from './projects';
import { RunFiles } from './runFiles';
import { Running } from './running';
import { Stepping } from './stepping';
import { Trying } from './trying';

/** Places of what differs between pages, packages and tests. */
export interface StudioPlaces extends Pick<Places, 'processor' | 'faster'> {
  hub?: Hub;
  imports?: Imports;
  /** Address of onnxruntime-web's WebAssembly file; Node finds its own. */
  ortWasm?: () => Promise<string>;
  /** What a page of one model is made of. */
  page?: () => Promise<PageParts>;
}

/** The worker's side of the studio: one object that does what the interfaces of `StudioWorker` say, each by a class of its own. `base` is the page's root address. */
export function openStudio(gpu: GPU | undefined, base: string, secure: boolean, { hub = new Hub(() => opfsFiles()), imports = new Imports(() => opfsFiles(undefined, 'kept')), ortWasm, page, ...elsewhere }: StudioPlaces = {}): StudioWorker {
  const plans = new Plans();
  const devices = new Devices(gpu, secure, elsewhere);
  const library = new Library(base, hub, imports);
  const host: TryoutHost = {
    device: () => devices.needDevice(),
    data: async (id, edits, reading) => (await (await library.data(id).catch(() => null))?.with(edits, reading)) ?? null,
    reading: (spec) => library.reading(spec),
    tried: (spec) => library.tried(spec),
  };
  const trying = new Trying(devices, library, host);
  const analysing = new Analysing(devices, host, trying);
  const stepping = new Stepping(devices, host, trying);
  const exporting = new Exporting(devices, library, { wasm: ortWasm, page });
  const measuring = new Measuring(devices, library);
  const labelling = new Labelling(devices, library);
  const giveWay = async () => {
    await Promise.all([analysing.giveWay(), exporting.job.ended, measuring.job.ended, stepping.job.ended, devices.testing.ended]);
    await labelling.giveWay();
    await trying.giveWay();
  };
  const running = new Running(devices, library, plans, giveWay);
  return allOf(devices, library, new Projects(imports), new DataSets(library), new Planning(devices, library, plans), running, measuring, exporting, trying, stepping, labelling, analysing, new RunFiles(library));
}

/** Members that all of these types have in public: `keyof` leaves out what is private, of which two classes may have one name. */
type All<Parts extends readonly object[]> = Parts extends readonly [infer First, ...infer Rest extends readonly object[]] ? Pick<First, keyof First> & All<Rest> : object;

/** One object with the methods of all of these; where two share a name, it has that of the first. */
function allOf<Parts extends readonly object[]>(...parts: Parts): All<Parts> {
  const all: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(part)))) {
      if (name !== 'constructor' && typeof value === 'function') all[name] ??= (value as (...given: unknown[]) => unknown).bind(part);
    }
  }
  return all as All<Parts>;
}
