import { analysisJson, insideCsv } from '../analysis/export.meta';
import { inside } from '../analysis/inside';
import { defined } from '../numbers/defined';
import { INTRUDERS, intrudersIn, type Inside, type LayerIntruders } from '../analysis/analysis.meta';
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
    { name: 'seed', kind: 'integer', default: 0, help: 'Decides which images are used.' },
  ],
  async run(given, say) {
    const out = given.out === undefined ? null : String(given.out);
    if (out !== null && !/\.(json|csv)$/.test(out)) throw new UsageError(`--out is ${JSON.stringify(out)}; it must end in .json or .csv`);
    const spec = { images: wholeFrom(given, 'images', 2, 1e6) ?? 128, intruders: wholeFrom(given, 'intruders', 0, 1e4) ?? INTRUDERS.top, seed: wholeFrom(given, 'seed', 0, 2 ** 31) ?? 0 };
    const epsilon = Number(given.epsilon ?? INTRUDERS.epsilon);
    if (!(epsilon > 0 && epsilon <= 1)) throw new UsageError(`--epsilon is ${epsilon}; it must be above 0, and at most 1`);
    const input = { ...(await openRunFolders(given)), original: given.original === undefined ? null : await openData(String(given.original)) };
    const abort = new AbortController();
    let lastStage = '';
    const made = await withDevice((device) =>
      inside(device, input, spec, {
        signal: abort.signal,
        onEvent: ({ stage, total }) => {
          if (stage !== lastStage) say(`${stage}: ${total}`);
          lastStage = stage;
        },
      }),
    );
    if (out !== null) await writeWhole(out, out.endsWith('.csv') ? insideCsv(made) : analysisJson(made));
    tell(made, say, epsilon);
    return JSON.parse(analysisJson(made)) as unknown;
  },
};

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
