import { onConv1d } from '../adapters/files/config';
import { methodFields, NEAREST } from '../adapters/fields';
import { scaledBy } from '../adapters/intruders';
import { lossOf, nearestTo } from '../adapters/nearest';
import type { SavedFile } from '../adapters/files';
import type { Dataset, RgbImage, Split } from '../data/source';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import type { TextProbe } from '../export/onnx/verify';
import { probePixels, probeRows } from '../export/probe';
import { isHubId } from '../io/hub/ids';
import { zipParts, type StreamedFile } from '../io/zipWrite';
import { ModelError } from '../models/model';
import { isTextModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { keptTrain } from './config';
import { deployPage, type PageParts } from './deployPage';
import { deployAdapter, deployFolder, deployGguf, deployOnnx, type DeployInput } from './deploy';
import { heldBack, places, spread } from './heldBack';
import type { LoadedModel } from './openModel';
import { openTrained } from './openTrained';
import type { Exported, ExportEvent, ExportSpec, ExportVerdict, RunSpec } from './protocol';
import type { FeedOf } from './readings';
import { runSplits } from './split';

/** Test images, or texts, that an export is checked on. */
const PROBES = 8;
/** Bytes gathered in memory before they go into a blob, which the browser may keep on disk. */
const PIECE = 16 * 1024 * 1024;

export interface ExportInput {
  spec: RunSpec;
  /** The run's trained adapter as it was saved. */
  files: SavedFile[];
  model: LoadedModel;
  /** The run's data; null when it is not open any more. */
  data: Dataset | null;
  /** Feeds texts to the model. */
  feedOf?: FeedOf;
  how: ExportSpec;
  /** The model lies on a hub under the spec's id; by the form of that id where left out. */
  onHub?: boolean;
}

export interface ExportOptions {
  /** Address of onnxruntime-web's WebAssembly file; Node finds its own. */
  wasm?: () => Promise<string>;
  /** What a page of one model is made of. */
  page?: () => Promise<PageParts>;
  /** False where pictures of the data must not go along: those for the check are made by a formula. */
  pictures?: boolean;
  onEvent?: (event: ExportEvent) => void;
  signal?: AbortSignal;
}

/** Tells what begins now. Throws EngineError when aborted. */
function begin({ onEvent, signal }: ExportOptions, stage: ExportEvent['stage'], bytes = 0): void {
  if (signal?.aborted) throw new EngineError('aborted', 'The export was cancelled.');
  onEvent?.({ stage, bytes });
}

/**
 * Makes files of a finished run, checked on images or texts of its test split where its data is open. Large ones come in parts, which
 * are computed as they are taken. Throws what `openSaved` and `deploy…` throw, DataError where CLIP's texts need the data, and
 * EngineError when aborted.
 */
export async function exportFiles(device: Device, input: ExportInput, options: ExportOptions): Promise<{ files: StreamedFile[] } & Pick<Exported, 'verdict' | 'note'>> {
  const { spec, model, data, how } = input;
  const { wasm, pictures = true, signal } = options;
  begin(options, 'open');
  const loaded = await openTrained(device, input, { vision: how.format === 'onnx' || how.format === 'web', signal });
  const { model: form } = loaded.adapted;
  if (form.language && how.format === 'python') throw new ModelError('A run on texts leaves as an adapter, as a folder, as ONNX or as GGUF; what trains it in Python is the export of its study (fullrank study export).');
  // An adapter of a model of texts, or a folder, comes without a probe.
  const probed = !form.language || how.format === 'onnx';
  if (pictures && probed) begin(options, 'images');
  const images = data && pictures && !form.language ? await testImages(data, spec) : undefined;
  const texts = isTextModel(form) && probed ? await testTexts(form, input) : undefined;
  const deploy: DeployInput = { model, ...loaded, ...(!form.language && { probe: probePixels(model.preprocess, form.image_size, images) }), texts, facts: how.facts };
  begin(options, 'make');
  if (how.format === 'web') return makePage(device, deploy, input, images, options);
  const { files, verdict, lost }: Awaited<ReturnType<typeof make>> = how.format === 'python' ? { files: await (await import('./pythonBundle')).pythonBundle(device, deploy, { spec, data, onHub: input.onHub ?? isHubId(spec.model), signal }) } : await make(device, deploy, how, { wasm, signal, tested: data && !form.language ? spread(runSplits(data, keptTrain(spec.train)).test, TESTED) : undefined });
  const formula = form.language ? 'tokens made by a formula instead of test texts' : 'images made by a formula instead of test images';
  const note = images || texts || !probed || how.format === 'python' ? '' : `The data of this run is not open, so the ${how.format === 'onnx' ? 'check used' : 'probe holds'} ${formula}.`;
  const refused = how.format === 'peft' && onConv1d(loaded.adapted) ? `PEFT does not put ${loaded.adapted.method.fields.title} on layers of this kind (Conv1D), and refuses this folder; Fullrank reads it, and transformers what is merged.` : '';
  return { files, verdict, note: how.format === 'folder' || how.format === 'gguf' ? '' : [lost, refused || note].filter(Boolean).join(' ') };
}

/** A page of the run's model, with a threshold that is set on pictures held back. */
async function makePage(device: Device, deploy: DeployInput, { spec, data, how }: ExportInput, images: RgbImage[] | undefined, options: ExportOptions): ReturnType<typeof exportFiles> {
  const { page, signal, onEvent } = options;
  if (!page) throw new ModelError('The parts of a page are not here.');
  const held = data ? heldBack(data, spec) : undefined;
  const title = how.title?.trim() || data?.title || spec.name;
  const { files, verdict } = await deployPage(device, { ...deploy, parts: await page(), title, images, held, signal, progress: (done, total) => onEvent?.({ stage: 'held', bytes: done, total }) });
  const note = held ? '' : 'The data of this run is not open, so the page answers every picture: nothing was there to set its threshold on.';
  return { files: files.map(({ path, bytes }) => ({ path, parts: [bytes] })), verdict, note };
}

/** Makes the files of `exportFiles` and packs them into one zip; what is one file by itself stays it. Throws what it throws. */
export async function exportRun(device: Device, input: ExportInput, options: ExportOptions = {}): Promise<Exported> {
  const { spec, how } = input;
  const { files, verdict, note } = await exportFiles(device, input, options);
  const name = [how.called ?? `${spec.name}-${spec.method.method}`, ...suffix(how, methodFields[spec.method.method]?.equivalent)].join('-');
  begin(options, 'zip');
  const packed = (parts: StreamedFile['parts'], type: string) => blobOf(parts, type, (bytes) => begin(options, 'zip', bytes));
  if (how.format === 'gguf') return { name: `${name}.gguf`, file: await packed(defined(files[0]).parts, 'application/octet-stream'), note };
  return { name: `${name}.zip`, file: await packed(zipParts(name, files), 'application/zip'), verdict, note };
}

/** Parts as one blob; `onBytes` hears of its size whenever a piece has gone into it. */
export async function blobOf(parts: StreamedFile['parts'], type = '', onBytes: (bytes: number) => void = () => {}): Promise<Blob> {
  const pieces: Blob[] = [];
  let waiting: Uint8Array[] = [];
  let [size, bytes] = [0, 0];
  const store = () => {
    pieces.push(new Blob(waiting as Uint8Array<ArrayBuffer>[]));
    waiting = [];
    size = 0;
  };
  for await (const part of parts) {
    waiting.push(part);
    size += part.byteLength;
    bytes += part.byteLength;
    if (size < PIECE) continue;
    store();
    onBytes(bytes);
  }
  store();
  return new Blob(pieces, { type });
}

/** Parts of the file's name that tell one export of a run from another. */
function suffix({ format, transformers = 5, dtype = 'f32', gguf = 'f16', rank = RANK, scale_intruders: scale = 1 }: ExportSpec, equivalent = ''): string[] {
  if (format === 'onnx') return dtype === 'f32' ? ['onnx'] : ['onnx', dtype];
  if (format === 'folder') return ['merged'];
  if (format === 'web') return ['page'];
  if (format === 'gguf') return [gguf];
  if (format === 'python') return ['python'];
  const as = { equivalent: `as-${equivalent}`, nearest: `as-${NEAREST}-r${rank}${scale === 1 ? '' : `-intruders-${scale}`}` };
  return [...(format === 'peft' ? [] : [as[format]]), ...(transformers === 4 ? ['older-transformers'] : [])];
}

/** Rank of the nearest adapter where none is asked for. */
const RANK = 16;

async function make(device: Device, deploy: DeployInput, how: ExportSpec, { wasm, signal, tested }: Pick<ExportOptions, 'wasm' | 'signal'> & { tested?: Split }): Promise<{ files: StreamedFile[]; verdict?: ExportVerdict; lost?: string }> {
  const streamed = (files: SavedFile[]) => files.map(({ path, bytes }) => ({ path, parts: [bytes] }));
  if (how.format === 'folder') return { files: await deployFolder(device, deploy) };
  if (how.format === 'gguf') return { files: [await deployGguf(deploy.model, how.gguf ?? 'f16', { device, ...deploy })] };
  if (how.format === 'onnx') {
    const { files, verdict } = await deployOnnx(device, deploy, { dtype: how.dtype, tested, signal, wasm: await wasm?.() });
    return { files: streamed(files), verdict };
  }
  if (how.format === 'nearest') {
    const { rank = RANK, transformers = 5, scale_intruders: scale = 1 } = how;
    const near = await nearestTo(device, deploy.model.source, deploy, rank, scale === 1 ? undefined : scaledBy(deploy, scale, signal));
    // What was measured was the other one.
    const files = await deployAdapter(device, { ...deploy, ...near, facts: { ...deploy.facts, accuracy: undefined, images: undefined } }, transformers);
    return { files: streamed(files), lost: lossOf(near, deploy.adapted, rank) };
  }
  return { files: streamed(await deployAdapter(device, deploy, how.transformers ?? 5, { equivalent: how.format === 'equivalent' })) };
}

/** Places all over the run's test split. */
function testPlaces(data: Dataset, spec: RunSpec): { test: Split; places: number[] } {
  const { test } = runSplits(data, keptTrain(spec.train));
  return { test, places: places(test, PROBES) };
}

/** Test pictures that an exported file answers, at most. */
const TESTED = 200;

async function testImages(data: Dataset, spec: RunSpec): Promise<RgbImage[]> {
  const { test, places } = testPlaces(data, spec);
  return Promise.all(places.map(async (i) => test.image(i)));
}

/** Texts as the model takes them, none where the data is not open any more. */
async function testTexts(model: TextModel, { data, feedOf, spec }: Pick<ExportInput, 'data' | 'feedOf' | 'spec'>): Promise<Pick<TextProbe, 'texts' | 'shape'> | undefined> {
  if (!data || !feedOf) return undefined;
  const { test, places } = testPlaces(data, spec);
  const rows = probeRows(model, places.length);
  await feedOf(test).fill(places, 0, rows.texts);
  return rows;
}
