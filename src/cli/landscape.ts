import { analysisJson, landscapeCsv } from '../analysis/export.meta';
import { landscape } from '../analysis/landscape';
import { clipOf, PAPER } from '../analysis/plane.meta';
import { defined } from '../numbers/defined';
import type { Landscape, LandscapeSpec } from '../analysis/analysis.meta';
import { manyFrom, table, UsageError, wholeFrom, type Command, type Given } from './command';
import { writeWhole } from './files';
import { withDevice } from './gpu';
import { openRunFolders, runFlags } from './runFolders';
import { Ended, endedBy, stoppable, withStop } from './signals';

export const command: Command = {
  help: 'measures loss and accuracy on the plane through three trained runs; with two, along the line between them',
  examples: ['--runs runs/lora runs/full runs/randlora --grid 11 --out landscape.json'],
  computes: true,
  flags: [
    ...runFlags,
    { name: 'out', kind: 'text', value: 'FILE', writes: 'file', help: 'File to write with everything that was measured: .json, or .csv in long form.' },
    { name: 'grid', kind: 'integer', default: PAPER.grid, help: 'Points per side; coarse ones come first.' },
    { name: 'range', kind: 'text', many: true, value: 'X0 X1 Y0 Y1', default: [...PAPER.x, ...PAPER.y].join(' '), help: 'Part of the plane, upper ends excluded; the runs lie at (0, 0), (0.5, 1) and (1, 0).' },
    { name: 'images', kind: 'integer', default: 256, help: 'Largest number of images of each split, drawn by the seed.' },
    { name: 'split', kind: 'choice', choices: ['train', 'val', 'both'], default: 'both', help: 'Training images, validation images (test images where there are none), or both.' },
    { name: 'line', kind: 'integer', default: 21, help: 'Points on the straight lines between runs; 0 measures none.' },
    { name: 'seed', kind: 'integer', default: 0, help: 'Decides which images are used.' },
  ],
  async run(given, say) {
    const input = await openRunFolders(given);
    const spec = specFrom(given);
    const out = given.out === undefined ? null : String(given.out);
    if (out !== null && !/\.(json|csv)$/.test(out)) throw new UsageError(`--out is ${JSON.stringify(out)}; it must end in .json or .csv`);
    const abort = new AbortController();
    let lastStage = '';
    const measure = (): Promise<Landscape> =>
      withDevice((device) =>
        landscape(device, input, spec, {
          signal: abort.signal,
          onEvent: (event) => {
            if (event.type !== 'progress') return;
            const stage = event.stage === 'grid' ? `grid, every ${event.stride}` : event.stage;
            if (stage !== lastStage) say(`${stage}: ${event.done} of ${event.total}${Number.isFinite(event.seconds_left) ? `, about ${Math.round(event.seconds_left)} s left` : ''}`);
            lastStage = stage;
          },
        }),
      );
    return stoppable(async () => {
      const made = await withStop(() => abort.abort(), measure).catch((error: unknown) => {
        const code = endedBy();
        throw code === null ? error : new Ended(code, 'Stopped before there was anything to draw; nothing was kept.');
      });
      if (out !== null) await writeWhole(out, out.endsWith('.csv') ? landscapeCsv(made) : analysisJson(made));
      tell(made, say);
      const result = JSON.parse(analysisJson(made)) as unknown;
      const code = endedBy();
      if (code !== null && !made.complete) throw new Ended(code, `Stopped before all was measured. ${out === null ? 'Nothing was kept: there is no --out.' : `What was measured lies in ${out}.`}`, result);
      return result;
    });
  },
};

function specFrom(given: Given): LandscapeSpec {
  const range = given.range === undefined ? [...PAPER.x, ...PAPER.y] : manyFrom(given, 'range').flatMap((text) => text.split(/[\s,]+/)).map(Number);
  if (range.length !== 4 || !range.every(Number.isFinite)) throw new UsageError('--range needs four numbers: X0 X1 Y0 Y1');
  const split = given.split ?? 'both';
  if (split !== 'train' && split !== 'val' && split !== 'both') throw new UsageError(`--split is ${JSON.stringify(split)}; it must be train, val or both`);
  return {
    grid: wholeFrom(given, 'grid', 2, 201) ?? PAPER.grid,
    x: [defined(range[0]), defined(range[1])],
    y: [defined(range[2]), defined(range[3])],
    images: wholeFrom(given, 'images', 1, 1e6) ?? 256,
    splits: split === 'both' ? ['train', 'val'] : [split],
    line: wholeFrom(given, 'line', 0, 1001) ?? 21,
    seed: wholeFrom(given, 'seed', 0, 2 ** 31) ?? 0,
  };
}

function tell(made: Landscape, say: (line: string) => void): void {
  const { runs, sets, lines, geometry, plane, paths } = made;
  for (const set of sets) say(`${set.images} of ${set.of} ${set.split} images, the same for every point`);
  table([['run', 'method', 'norm of update', ...sets.map(({ split }) => `${split} loss`), ...sets.map(({ split }) => `${split} accuracy %`)],
    ...runs.map((run, k) => [run.name, run.method, defined(geometry.norms[k]).toFixed(3), ...sets.map(({ corners }) => defined(corners[k]).loss.toFixed(4)), ...sets.map(({ corners }) => (100 * defined(corners[k]).accuracy).toFixed(1))])]).forEach(say);
  for (const { from, to, length, sets: found } of lines) {
    say(`${defined(runs[from]).name} to ${defined(runs[to]).name}: distance ${length.toFixed(3)}, barrier ${found.map(({ barrier }, s) => `${Number.isFinite(barrier) ? barrier.toFixed(4) : 'not finite'} (${defined(sets[s]).split})`).join(', ')}`);
  }
  if (plane) say(`plane: one unit of x is ${plane.unit_x.toFixed(3)} long, of y ${plane.unit_y.toFixed(3)}, cosine between ${plane.cosine.toFixed(3)}; the pretrained state lies ${plane.pretrained.residual.toFixed(3)} off it`);
  for (const { run, points } of paths) say(`path of ${defined(runs[run]).name}: ${points.length} states, at most ${Math.max(...points.map(({ residual }) => residual)).toFixed(3)} off the plane`);
  if (plane) {
    const done = `${made.measured} of ${made.spec.grid ** 2} points in ${made.seconds.toFixed(0)} s`;
    say(`${done}; drawings are cut at ${sets.map((set) => `${clipOf(set.corners).toFixed(3)} (${set.split})`).join(', ')}${made.complete ? '' : '; ended before it was done'}`);
  }
  made.notes.forEach((note) => say(`note: ${note}`));
}
