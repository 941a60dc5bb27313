import { INTRUDERS, intrudersIn, type LayerIntruders } from '../adapters/intruders.meta';
import { analysisJson, insideCsv } from '../analysis/export.meta';
import { along, type AlongInput } from '../analysis/along';
import { alongDifference } from '../analysis/along.meta';
import { inside } from '../analysis/inside';
import type { Device } from '../engine/device';
import { defined, several } from '../numbers/defined';
import { wilson } from '../numbers/pairs';
import type { Along, Inside } from '../analysis/analysis.meta';
import { table, UsageError, wholeFrom, type Command } from './command';
import { openData, writeWhole } from './files';
import { withDevice } from './gpu';
import { openRunFolders, runFlags } from './runFolders';

export const command: Command = {
  help: 'shows what training did to the model: rank and spectrum of updates, intruder dimensions, angles, CKA, forgetting',
  examples: ['--runs runs/lora runs/full --out inside.json'],
  computes: true,
  flags: [
    ...runFlags,
    { name: 'out', kind: 'text', value: 'FILE', writes: 'file', help: 'File to write: .json with everything, or .csv with layers and blocks.' },
    { name: 'images', kind: 'integer', default: 128, help: 'Largest number of images whose activations are compared, drawn by the seed from the validation images, or the test images where there are none.' },
    { name: 'original', kind: 'text', value: 'NAME|FOLDER', help: "A data set of the model's original task: forgetting is measured on its test images, under the checkpoint's own head." },
    { name: 'intruders', kind: 'integer', default: INTRUDERS.top, help: 'Largest directions of each trained weight that are looked at for intruder dimensions, which no direction of the pretrained weight resembles; 0 looks at none.' },
    { name: 'epsilon', kind: 'number', default: INTRUDERS.epsilon, help: 'A direction is an intruder below this |cosine| with every one of the pretrained weight.' },
    { name: 'scale', kind: 'number', value: 'F', help: 'Also measures each run with its intruder dimensions scaled by this factor, 0 to 1 (0.75 in PEFT): accuracy on test images, and forgetting.' },
    { name: 'blend', kind: 'integer', value: 'N', help: 'Also measures each run at N points from the pretrained model (0) to the tuned one (1), with the head as it was trained: accuracy on test images, and forgetting.' },
    { name: 'seed', kind: 'integer', default: 0, help: 'Decides which images are used.' },
  ],
  async run(given, say) {
    const out = given.out === undefined ? null : String(given.out);
    if (out !== null && !/\.(json|csv)$/.test(out)) throw new UsageError(`--out is ${JSON.stringify(out)}; it must end in .json or .csv`);
    const spec = { images: wholeFrom(given, 'images', 2, 1e6) ?? 128, intruders: wholeFrom(given, 'intruders', 0, 1e4) ?? INTRUDERS.top, seed: wholeFrom(given, 'seed', 0, 2 ** 31) ?? 0 };
    const epsilon = Number(given.epsilon ?? INTRUDERS.epsilon);
    if (!(epsilon > 0 && epsilon <= 1)) throw new UsageError(`--epsilon is ${epsilon}; it must be above 0, and at most 1`);
    const scale = given.scale === undefined ? null : Number(given.scale);
    if (scale !== null && !(scale >= 0 && scale < 1)) throw new UsageError(`--scale is ${scale}; it must be at least 0, and below 1`);
    if (scale !== null && spec.intruders === 0) throw new UsageError('--scale scales intruder dimensions; leave out --intruders 0');
    const blend = wholeFrom(given, 'blend', 2, 101);
    const input = { ...(await openRunFolders(given)), original: given.original === undefined ? null : await openData(String(given.original)) };
    const abort = new AbortController();
    let lastStage = '';
    const onEvent = ({ stage, total }: { stage: string; total: number }) => {
      if (stage !== lastStage) say(`${stage}: ${total}`);
      lastStage = stage;
    };
    const { made, scaled, blended } = await withDevice(async (device) => {
      const made = await inside(device, input, spec, { signal: abort.signal, onEvent });
      const how = { signal: abort.signal, onEvent };
      return { made, scaled: scale === null ? [] : await scaleEach(device, { input, made, scale, epsilon }, how), blended: blend === undefined ? [] : await blendEach(device, { input, made, blend }, how) };
    });
    if (out !== null) await writeWhole(out, out.endsWith('.csv') ? insideCsv(made) : analysisJson(made));
    tell(made, say, epsilon);
    scaled.forEach((one) => tellScaled(one, say));
    blended.forEach((one) => tellBlended(one, say));
    const plain = (list: Along[]) => JSON.parse(JSON.stringify(list)) as unknown;
    return { ...(JSON.parse(analysisJson(made)) as object), ...(scale !== null && { scaled: plain(scaled) }), ...(blend !== undefined && { blended: plain(blended) }) };
  },
};

/** The runs that have intruder dimensions, with these scaled and as they are. */
async function scaleEach(device: Device, { input, made, scale, epsilon }: { input: AlongInput; made: Inside; scale: number; epsilon: number }, how: Parameters<typeof along>[3]): Promise<Along[]> {
  const out: Along[] = [];
  const { images, seed, intruders: top = INTRUDERS.top } = made.spec;
  for (const [k, run] of input.runs.entries()) {
    if (!defined(made.intruders![k]).some((one) => intrudersIn(one, epsilon) > 0)) continue;
    out.push(await along(device, { ...input, runs: [run] }, { what: 'intruders', at: [scale, 1], images, seed, epsilon, top }, how));
  }
  return out;
}

/** Each run at so many points from the pretrained model to the tuned one. */
async function blendEach(device: Device, { input, made, blend }: { input: AlongInput; made: Inside; blend: number }, how: Parameters<typeof along>[3]): Promise<Along[]> {
  const out: Along[] = [];
  const { images, seed } = made.spec;
  const at = Array.from({ length: blend }, (_, i) => i / (blend - 1));
  for (const run of input.runs) out.push(await along(device, { ...input, runs: [run] }, { what: 'base', at, images, seed, ...INTRUDERS }, how));
  return out;
}

/** Accuracy with its interval, and forgetting, at each point. */
function tellBlended({ runs, points, images, of, original }: Along, say: (line: string) => void): void {
  const percent = (share: number) => (100 * share).toFixed(1);
  say(`${defined(runs[0]).name}: from the pretrained model (0) to the tuned one (1), on ${images} of ${of} test images`);
  table([
    ['at', 'accuracy, %', '95 %', 'drift', ...(original ? [`${original.data}, %`] : [])],
    ...points.map(({ at, accuracy, drift, original: task }) => [at.toFixed(2), percent(accuracy), wilson(accuracy, images).map(percent).join(' to '), drift.toFixed(4), ...(task ? [percent(task.accuracy)] : [])]),
  ]).forEach(say);
}

/** Accuracy and forgetting of a run, before its intruder dimensions are scaled and after. */
function tellScaled({ runs, points, images, of, original, intruders }: Along, say: (line: string) => void): void {
  const [scaled, whole] = several(points, 2);
  const percent = (accuracy: number) => `${(100 * accuracy).toFixed(1)} %`;
  const found = alongDifference(scaled, whole, images);
  say(`${defined(runs[0]).name}: ${intruders!.reduce((sum, { count }) => sum + count, 0)} intruder dimensions at ${scaled.at} of their size, on ${images} of ${of} test images`);
  say(`  accuracy ${percent(whole.accuracy)} to ${percent(scaled.accuracy)}${found ? ` (${(100 * found.difference).toFixed(1)} points, 95 % ${(100 * found.low).toFixed(1)} to ${(100 * found.high).toFixed(1)})` : ''}, drift ${whole.drift.toFixed(4)} to ${scaled.drift.toFixed(4)}`);
  if (original) say(`  ${original.data}: ${percent(whole.original!.accuracy)} to ${percent(scaled.original!.accuracy)}`);
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function tell(made: Inside, say: (line: string) => void, epsilon: number): void {
  const { runs, updates, geometry, reference, original } = made;
  say(`activations of ${made.images} ${made.split} images, ${made.tokens} tokens each`);
  table([
    ['run', 'method', 'norm', 'layers', 'mean rank', 'of', 'mean stable rank', 'drift of the last MLP', ...(reference === null ? [] : ['CKA with full, last MLP'])],
    ...runs.map((run, k) => [
      run.name, run.method, defined(geometry.norms[k]).toFixed(3), defined(updates[k]).length, mean(defined(updates[k]).map(({ rank }) => rank)).toFixed(1), mean(defined(updates[k]).map(({ shape }) => Math.min(...shape))).toFixed(1),
      mean(defined(updates[k]).map(({ stable_rank }) => stable_rank)).toFixed(2), (1 - defined(made.pretrained[k]).at(-1)!).toFixed(4), ...(reference === null ? [] : [defined(made.cka[k]).at(-1)!.toFixed(4)]),
    ]),
  ]).forEach(say);
  if (made.intruders) tellIntruders(runs, made.intruders, epsilon, say);
  runs.forEach((one, a) => runs.slice(a + 1).forEach((other, k) => say(`${one.name} and ${other.name}: cosine of the updates ${defined(defined(geometry.cosines[a])[a + 1 + k]).toFixed(4)}, distance ${defined(defined(geometry.distances[a])[a + 1 + k]).toFixed(3)}`)));
  if (original) {
    const text = (one: { loss: number; accuracy: number }) => `${(100 * one.accuracy).toFixed(1)} %, loss ${one.loss.toFixed(3)}`;
    say(`${original.data}, ${original.images} test images under the model's own head: before ${text(original.before)}`);
    runs.forEach((run, k) => say(`  after ${run.name} ${text(defined(original.after[k]))}`));
  }
  made.notes.forEach((note) => say(`note: ${note}`));
}

/** Intruder dimensions of each run: how many, in how many layers, and where most of them are. */
function tellIntruders(runs: Inside['runs'], found: LayerIntruders[][], epsilon: number, say: (line: string) => void): void {
  say(`intruder dimensions: of the ${Math.max(0, ...found.flat().map(({ cosines }) => cosines.length))} largest directions of each layer, those whose |cosine| with every pretrained one is below ${epsilon}`);
  table([
    ['run', 'intruders', 'of', 'layers with some', 'of', 'most in', 'lowest |cosine|'],
    ...runs.map((run, k) => {
      const layers = defined(found[k]);
      const counts = layers.map((one) => intrudersIn(one, epsilon));
      const most = Math.max(0, ...counts);
      const all = layers.flatMap(({ cosines }) => cosines);
      return [run.name, counts.reduce((a, b) => a + b, 0), all.length, counts.filter((n) => n > 0).length, layers.length, most > 0 ? `${defined(layers[counts.indexOf(most)]).layer} (${most})` : '-', all.length > 0 ? Math.min(...all).toFixed(3) : '-'];
    }),
  ]).forEach(say);
}
