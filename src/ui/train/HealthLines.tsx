import { useEffect } from 'react';
import { noEdits } from '../../data/edits.meta';
import type { DataInfo, Edits, Health } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { formatCount } from '../../language/format';
import { labelNow, useEdits } from '../core/data/edits';
import { cancelCheck, startCheck, useHealth } from './store/health';
import { pictureName } from '../core/parts/pictureName';
import css from '../core/parts/panels.module.css';
import { healthWords } from '../core/words/data';
import { filesWords } from '../core/words/files';

const shown = 5;
const listed = 50;

/** Quality of a data set: what cannot be read, what is there twice, what is in both training and test. */
export function HealthLines({ data }: { data: DataInfo }) {
  const check = useHealth((state) => state.checks[data.id]);
  const edits = useEdits((state) => state.byData[data.id]) ?? noEdits;
  const { split, read } = edits;
  // The person's own pictures are looked through at once, the bundled ones when asked; again when they are split or read otherwise.
  useEffect(() => {
    if (check ? check.state === 'done' && (check.split !== split || check.read !== read) : !data.builtin) void startCheck(data.id);
  }, [check, split, read, data.builtin, data.id]);
  if (check?.state === 'checking') {
    return (
      <div className={css.checking}>
        <p className={css.soft}>
          {healthWords.checking(formatCount(check.done), formatCount(check.total))}{' '}
          <Button kind="link" onClick={() => cancelCheck(data.id)}>
            {healthWords.cancel}
          </Button>
        </p>
        <progress aria-label={healthWords.check} value={check.done} max={check.total || 1} />
      </div>
    );
  }
  if (check?.state === 'done') return <Found health={check.health} data={data} edits={edits} />;
  return (
    <>
      {check?.state === 'cancelled' && <p className={css.soft}>{healthWords.cancelled}</p>}
      {check?.state === 'failed' && <Note sign="err">{check.message}</Note>}
      <ButtonRow>
        <Button small onClick={() => void startCheck(data.id)}>
          {healthWords.check}
        </Button>
      </ButtonRow>
    </>
  );
}

type Image = Health['near']['pairs'][number]['a'];

/** Findings about the files in use: nothing is wrong with what is left out. `bad` is the number of unreadable ones. */
function ofUsed({ unreadable, failures, leaks, nearLeaks, duplicates, near }: Health, edits: Edits, label: (image: Image) => string) {
  const [out, classesOut] = [new Set(edits.disabled), new Set(edits.disabled_classes)];
  const isUsed = (image: Image) => !out.has(image.name) && !classesOut.has(label(image));
  const twins = ({ total, pairs }: Health['near']): Health['near'] => {
    const used = pairs.filter(({ a, b }) => isUsed(a) && isUsed(b));
    return { total: total - (pairs.length - used.length), pairs: used };
  };
  const failed = failures.filter(({ image }) => isUsed(image));
  const bad = unreadable.train.length + unreadable.val.length + unreadable.test.length - (failures.length - failed.length);
  return { bad, failures: failed, leaks: twins(leaks), nearLeaks: twins(nearLeaks), duplicates: twins(duplicates), near: twins(near) };
}

function Found({ health, data, edits }: { health: Health; data: DataInfo; edits: Edits }) {
  const label = (image: Image) => labelNow(edits, image.name, data.all_classes[image.label] ?? '');
  const parts = data.val > 0 ? 'three' : 'two';
  const { bad, failures, leaks, nearLeaks, duplicates, near } = ofUsed(health, edits, label);
  const tornOf = (list: Health['near']) => list.pairs.filter(({ a, b, exact }) => exact && label(a) !== label(b));
  const wording = (list: Health['near'], plain: (count: number) => string, contradicting: (count: number, torn: number) => string) => (count: number) => (tornOf(list).length > 0 ? contradicting(count, tornOf(list).length) : plain(count));
  const pairs = (list: Health['near']) => {
    // Equal pictures with different labels come first: one of the labels is wrong, until it is set right.
    const torn = tornOf(list);
    return [...torn, ...list.pairs.filter((pair) => !torn.includes(pair))]
      .slice(0, shown)
      .map((pair) => healthWords.pair(pictureName(pair.a.name), pictureName(pair.b.name)) + (pair.a.begins ? healthWords.begins(pair.a.begins, pair.b.begins === pair.a.begins ? '' : (pair.b.begins ?? '')) : '') + (torn.includes(pair) ? healthWords.torn(label(pair.a), label(pair.b)) : ''));
  };
  const lines = [
    { count: bad, text: healthWords.unreadable, names: failures.slice(0, listed).map(({ reason }) => reason) },
    { count: leaks.total, text: wording(leaks, (count) => healthWords.leaks(count, parts), (count, torn) => healthWords.tornLeaks(count, torn, parts)), names: pairs(leaks) },
    { count: nearLeaks.total, text: (count: number) => healthWords.nearLeaks(count, parts), names: pairs(nearLeaks) },
    { count: duplicates.total, text: wording(duplicates, healthWords.duplicates, healthWords.tornDuplicates), names: pairs(duplicates) },
    { count: near.total, text: healthWords.near, names: pairs(near) },
  ].filter(({ count }) => count > 0);
  if (lines.length === 0 && health.complete) return <Note sign="ok">{healthWords.good(formatCount(data.train + data.val + data.test))}</Note>;
  return (
    <ul className={css.health}>
      {lines.map(({ count, text, names }) => (
        <li key={text(count)}>
          <details>
            <summary>
              <Note sign="warn">{text(count)}</Note>
            </summary>
            {names.map((name, i) => (
              <p key={i}>{name}</p>
            ))}
            {count > names.length && <p>{healthWords.more(count - names.length)}</p>}
          </details>
        </li>
      ))}
      {!health.complete && (
        <li>
          <Note sign="info">{filesWords.incomplete}</Note>
        </li>
      )}
    </ul>
  );
}
