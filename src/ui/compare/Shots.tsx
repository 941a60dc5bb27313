import { countsScale, shareScale } from '../../figures/scale';
import { Scatter } from '../kit/charts/Scatter';
import { Button } from '../kit/controls/Button';
import { formatCount } from '../../language/format';
import { factNamed } from '../core/runs/facts';
import { differing } from '../core/runs/columns';
import { pictureOf } from '../core/figures/pictureOf';
import { isRecorded } from '../core/analyses/recorded';
import { groupRuns, meanFact, ofPictures, settingKey } from '../core/runs/runGroups';
import { fewestTested, type Run } from '../core/runs/runs';
import { changeSettings } from '../core/settings/settings';
import { go } from '../core/storage/shown';
import { showSweep } from '../core/settings/sweep';
import { methodLook } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import css from '../kit/charts/board.module.css';
import { percentTick } from '../core/figures/GroupCurves';
import { boardWords } from '../core/words/board';

/** Runs that differ in shots and seed alone: what else differs makes a line of its own, and names it where a method has several. */
export function linesOf(runs: readonly Run[]): { key: string; some: Run[]; name: string }[] {
  const lines = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${isRecorded(run)} ${settingKey({ ...run, spec: { ...run.spec, train: { ...run.spec.train, shots: 0 } } })}`;
    lines.set(key, [...(lines.get(key) ?? []), run]);
  }
  const firsts = [...lines.values()].flatMap(([first]) => first ?? []);
  return [...lines].map(([key, some]) => {
    const first = defined(some[0]);
    const ofMethod = firsts.filter(({ spec }) => spec.method.method === first.spec.method.method);
    const apart = differing(ofMethod).find(({ name }) => name !== 'shots' && name !== 'seed');
    return { key, some, name: apart ? `${apart.title} ${apart.show(first)}` : '' };
  });
}

/** Accuracy by the number of pictures of each class: a line for each method and what it was trained with. */
export function ShotsChart({ runs }: { runs: readonly Run[] }) {
  const accuracy = factNamed('accuracy')!;
  // All pictures stand at the most that a class has in training.
  const all = Math.max(1, ...runs.map((run) => run.spec.train.shots));
  const shotsOf = (run: Run) => run.spec.train.shots || 4 * all;
  const points = linesOf(runs).flatMap(({ key, some, name }) =>
    groupRuns(some, 'shots').flatMap((group) => {
      const mean = meanFact(group, accuracy);
      return mean ? [{ id: `${key} ${group.key}`, method: group.method, label: methodLook(group.method).title, second: name, x: shotsOf(defined(group.runs[0])), y: mean.mean, dy: mean.interval, range: ofPictures(group), line: key }] : [];
    }),
  );
  const different = new Set(points.map(({ x }) => x)).size;
  if (different < 2)
    return (
      <div>
        <h3>{boardWords.shots}</h3>
        <p className={css.soft}>{boardWords.shotsEmpty}</p>
        <Button
          small
          onClick={() => {
            changeSettings({ sweepShots: '1, 4, 16' });
            showSweep(true);
            go('train');
            setTimeout(() => document.querySelector('form')?.scrollIntoView({ block: 'center' }));
          }}
        >
          {boardWords.shotsAdd}
        </Button>
      </div>
    );
  const words = (value: number) => (value === 4 * all && runs.some((run) => run.spec.train.shots === 0) ? boardWords.shotsAll : formatCount(value));
  return (
    <Scatter
      title={boardWords.shots}
      summary={boardWords.summary(points.length, '')}
      points={points}
      xLabel={boardWords.shotsAxis}
      yLabel={accuracy.title}
      log
      goodX={undefined}
      goodY="high"
      joined
      formatX={words}
      formatY={accuracy.format}
      scaleX={() => countsScale(points.map(({ x }) => x))}
      scaleY={(low, high) => shareScale(low, high, fewestTested(runs))}
      tickY={percentTick}
      of={pictureOf(runs)}
      head={boardWords.head(boardWords.shotsAxis, accuracy.title)}
      plain={{ x: (value) => (words(value) === boardWords.shotsAll ? boardWords.shotsAll : value), y: (value) => 100 * value }}
    />
  );
}
