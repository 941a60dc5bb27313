import { modelConfig } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import { withSize } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import type { RgbImage, Split } from '../data/source';
import type { Device } from '../engine/device';
import { inHtml } from '../errors/text';
import { plain } from '../export/cardText';
import { probeImages, probePixels } from '../export/probe';
import { memoryTree } from '../io/fileTree';
import { packF16, writeSafetensors, type TensorData } from '../io/safetensors';
import { TEXT_HEAD } from '../models/byText';
import { ModelError } from '../models/model';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { wilson } from '../numbers/pairs';
import { softmax } from '../numbers/softmax';
import { Classifier, openFolder } from '../player/classifier';
import { noThreshold, thresholdOf, type PageFacts } from '../player/facts.meta';
import { camera, hosts, trials } from '../player/hosts.meta';
import type { DeployInput } from './deploy';
import { logitsOf } from './logits';
import type { SavedFile } from '../adapters/files';
import type { ExportVerdict } from './protocol';

/** What every page of a model is made of, as it was built, and the kernels for the processor. */
export interface PageParts {
  /** Texts by the name of their file. */
  files: Readonly<Record<string, string>>;
  kernels: Uint8Array;
}

/** Pictures with their classes that the run did not learn from, on which the threshold is set. */
export interface HeldBack {
  /** Read one by one, as they are needed; labels are places among the model's. */
  pictures: Pick<Split, 'count' | 'image' | 'labels'>;
  split: 'val' | 'test';
}

export interface PageInput extends Pick<DeployInput, 'model' | 'adapted' | 'values' | 'facts'> {
  parts: PageParts;
  /** Heading of the page. */
  title: string;
  /** Pictures for the check; some made by a formula when left out. */
  images?: RgbImage[];
  held?: HeldBack;
  signal?: AbortSignal;
  /** Hears how many of the pictures held back are done. */
  progress?: (done: number, total: number) => void;
}

/** Largest difference of a probability that is still the same model: weights are stored as f16. */
const TOLERANCE = 0.02;
/** Largest number of f16. */
const MOST_F16 = 65504;

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const json = (value: unknown): Uint8Array => text(JSON.stringify(value, null, 2));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * A folder that is a page with the merged model in it: put on a host of files it opens pictures and the camera and tells what they
 * are, also without a connection once it was open. The model is opened as the page opens it, and compared with the engine's answers
 * before merging; the threshold is set on `held`. Throws ModelError, FormatError, EngineError, and the signal's reason.
 */
export async function deployPage(device: Device, { model, adapted, values, facts, parts, title, images = probeImages(), held, signal, progress }: PageInput): Promise<{ files: SavedFile[]; verdict: ExportVerdict }> {
  const net = adapted.model;
  if (net.language) throw new ModelError('A page is made of a model that looks at pictures; this one reads texts.');
  const shown = { labels: net.labels, image_size: net.image_size, textHead: TEXT_HEAD in values };
  const preprocess = withSize(model.preprocess, net.image_size);
  const folder = [
    { path: 'config.json', bytes: text(modelConfig(net, model.config)) },
    { path: 'preprocessor_config.json', bytes: json(preprocessJson(preprocess)) },
    { path: 'model.safetensors', bytes: await weightsOf(device, { model, adapted, values }) },
  ];
  signal?.throwIfAborted();
  const tree = memoryTree(title, Object.fromEntries(folder.map(({ path, bytes }) => [path, bytes])));
  const classifier = await Classifier.open(device, await openFolder(tree, shown, preprocess));
  try {
    const { pixel_values } = probePixels(model.preprocess, net.image_size, images);
    const verdict = compare(await logitsOf(device, { adapted, source: model.source, values, pixels: pixel_values }), await each(classifier, images.length, async (i) => defined(images[i])), net.num_labels);
    const answers = held?.pictures.count ? await answersOn(classifier, held, { signal, progress }) : [];
    const threshold = held && answers.length ? thresholdOf(answers, held.split) : noThreshold;
    // Measured here where nobody has before.
    const measured = held?.split === 'test' && answers.length ? { accuracy: answers.filter(({ right }) => right).length / answers.length, images: answers.length } : {};
    const page: PageFacts = { title, ...shown, threshold, card: cardOf({ model, adapted, facts: { ...measured, ...facts } }) };
    return { files: [...shell(parts, title, folder.map(({ path }) => `model/${path}`)), { path: 'page.json', bytes: json(page) }, ...folder.map(({ path, bytes }) => ({ path: `model/${path}`, bytes }))], verdict };
  } finally {
    classifier.destroy();
  }
}

/** The weights that the model reads: matrices as f16 where that holds them, all else as f32. */
async function weightsOf(device: Device, { model, adapted, values }: Pick<PageInput, 'model' | 'adapted' | 'values'>): Promise<Uint8Array> {
  const { weights, matrices } = traceModel(adapted.model);
  const merged = await mergedWeights(device, model.source, { adapted, values });
  const tensors = new Map<string, TensorData>();
  for (const [name, shape] of weights) {
    const data = merged.get(name) ?? values[name] ?? (await model.source.readF32Checked(name));
    const half = matrices.has(name) && data.every((v) => Math.abs(v) <= MOST_F16);
    tensors.set(name, half ? { dtype: 'F16', shape: [...shape], data: packF16(data) } : { dtype: 'F32', shape: [...shape], data });
  }
  const head = values[TEXT_HEAD];
  if (head) tensors.set(TEXT_HEAD, { dtype: 'F32', shape: [adapted.model.num_labels, head.length / adapted.model.num_labels], data: head });
  return writeSafetensors(tensors);
}

/** Probabilities of so many images, of which one is in memory at a time. */
async function each(classifier: Classifier, count: number, image: (i: number) => Promise<RgbImage>, { signal, progress }: Pick<PageInput, 'signal' | 'progress'> = {}): Promise<Float64Array[]> {
  const out: Float64Array[] = [];
  while (out.length < count) {
    signal?.throwIfAborted();
    out.push(await classifier.probabilities(await image(out.length)));
    progress?.(out.length, count);
  }
  return out;
}

const topOf = (row: Float64Array): number => row.reduce((most, v, i) => (v > defined(row[most]) ? i : most), 0);

/** Agreement of the page's probabilities with those of the engine's logits (B, K). */
function compare(logits: Float32Array, seen: readonly Float64Array[], classes: number): ExportVerdict {
  let max_abs = 0;
  let same = 0;
  for (const [b, row] of seen.entries()) {
    const before = softmax(logits.subarray(b * classes, (b + 1) * classes));
    const apart = row.reduce((most, v, i) => Math.max(most, Math.abs(v - defined(before[i]))), 0);
    max_abs = Math.max(max_abs, apart);
    // A tie within the difference counts as the same.
    if (defined(before[topOf(before)]) - defined(before[topOf(row)]) <= 2 * apart && apart <= TOLERANCE) same++;
  }
  const top1 = same / seen.length;
  const ok = top1 === 1 && max_abs <= TOLERANCE;
  const apart = max_abs < 0.0005 ? 'Its probabilities are those that the model has here' : `No probability is further than ${percent(max_abs)} from what the model says here`;
  return { ok, images: seen.length, max_abs, max_rel: max_abs, top1, text: ok ? `${apart}; the page has its weights as f16.` : `A probability is ${percent(max_abs)} from what the model says here, more than weights as f16 explain.` };
}

async function answersOn(classifier: Classifier, { pictures: { count, image, labels } }: HeldBack, how: Pick<PageInput, 'signal' | 'progress'>): Promise<{ probability: number; right: boolean }[]> {
  const rows = await each(classifier, count, async (i) => image(i), how);
  return rows.map((row, i) => ({ probability: defined(row[topOf(row)]), right: topOf(row) === labels[i] }));
}

function cardOf({ model, adapted, facts = {} }: Pick<PageInput, 'model' | 'adapted' | 'facts'>): PageFacts['card'] {
  const { data, accuracy, images } = facts;
  const rows: PageFacts['card'] = [['Base model', model.id], ['Fine-tuned by', adapted.method.fields.title]];
  if (data !== undefined) rows.push(['Pictures', data]);
  if (accuracy !== undefined && images) {
    const [low, high] = wilson(accuracy, images);
    rows.push(['Accuracy', `${percent(accuracy)} of ${images} test pictures (95 % interval ${(100 * low).toFixed(1)} to ${percent(high)})`]);
  }
  rows.push(['Input', `${adapted.model.image_size} x ${adapted.model.image_size} pixels`], ['Classes', adapted.model.labels.join(', ')]);
  return rows;
}

/** The page's own files, with its title, and its service worker with the list of all. */
function shell({ files, kernels }: PageParts, title: string, model: readonly string[]): SavedFile[] {
  const paths = [...Object.keys(files), 'kernels.bin', 'page.json', ...model].filter((path) => path !== 'sw.js' && path !== 'LICENSES');
  const filled: Record<string, (content: string) => string> = {
    'index.html': (content) => content.replace('PAGE_TITLE', () => inHtml(title)),
    'sw.js': (content) => content.replace('PAGE_FILES', () => JSON.stringify(paths)),
  };
  return [
    ...Object.entries(files).map(([path, content]) => ({ path, bytes: text(filled[path]?.(content) ?? content) })),
    { path: 'kernels.bin', bytes: kernels },
    { path: 'README.md', bytes: text(readme(title)) },
  ];
}

/** Its head makes a Space on Hugging Face show the folder as it is. */
const readme = (title: string): string => `---
title: ${JSON.stringify(title)}
sdk: static
---

# ${plain(title)}

A page that tells what pictures show, with its model in it. It works in any browser, on telephones too. Everything is computed on the
visitor's device, and no picture leaves it.

## Put it where others can open it

${hosts.map(({ name, url, how }) => `- ${url ? `[${name}](${url})` : name}: ${how}`).join('\n')}

${camera} Once it was open, it also opens without a connection.

## Try it on this computer first

A double click on \`index.html\` does not work: browsers do not run such a page from the disk. Open a terminal in this folder and type one of

${trials.map(({ command, needs, address }) => `    ${command.padEnd(24)} # needs ${needs}; then open ${address}`).join('\n')}

## In another page

    <iframe src="…/index.html" allow="camera"></iframe>

The weights in \`model/\` keep the licence of their base model; \`LICENSES\` has those of the scripts.
`;
