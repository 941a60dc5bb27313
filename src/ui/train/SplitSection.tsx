import { useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { usualSplit } from '../../data/edits.meta';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { FieldControl } from '../core/parts/Fields';
import { Note } from '../kit/controls/Sign';
import { formatCount, formatFixed } from '../../language/format';
import { percentOf, setSplit, useEdits } from '../core/data/edits';
import { trainFields, type Field } from '../core/settings/fields';
import { setTrain } from '../core/settings/settings';
import { useHeld } from './useHeld';
import css from '../core/parts/panels.module.css';
import { splitWords } from '../core/words/split';

const words = splitWords;
const shareField: Field = { name: 'test', label: words.share, kind: 'number', default: 100 * usualSplit.test, min: 1, max: 90, unit: '%', help: words.shareHelp };
const seedField: Field = { name: 'seed', label: words.seed, kind: 'integer', default: usualSplit.seed, min: 0, max: 2 ** 32 - 1, help: words.seedHelp };
const heldField: Field = { ...trainFields.find(({ name }) => name === 'val_fraction')!, help: words.heldHelp };

/** Below this many pictures an accuracy moves in steps that a person takes for results. */
const fewHeld = 30;

/** Numbers of pictures that are trained on, held back and tested on; how they are drawn, and a form to change that. */
export function SplitSection({ data }: { data: DataInfo }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const share = useRef<HTMLDivElement>(null);
  /** Opens the form where more is held back. */
  const raise = () => {
    flushSync(() => setOpen(true));
    share.current?.querySelector('input')?.focus();
  };
  const split = useEdits((state) => state.byData[data.id]?.split) ?? usualSplit;
  const held = useHeld(data);
  const train = data.train - held.drawn;
  return (
    <div className={css.split}>
      <div aria-hidden="true">
        <i style={{ flexGrow: train }} />
        {held.count > 0 && <i style={{ flexGrow: held.count }} />}
        <i style={{ flexGrow: data.test }} />
      </div>
      <p>{words.counts(formatCount(train), held.count > 0 ? formatCount(held.count) : '', formatCount(data.test))}</p>
      {(held.limits.train > 0 || held.limits.test > 0) && <p>{words.limits(some(held.limits.train), some(held.limits.test))}</p>}
      {/* Beyond this the warnings below say it, with the classes. */}
      {data.train_per_class.length > 0 && ratioOf(data) < WARNED && <p>{imbalanceOf(data)}</p>}
      {held.raised && held.count >= fewHeld && <p>{words.raised(percentOf(held.standard))}</p>}
      {held.taken && <p>{words.taken(formatCount(held.count))}</p>}
      {held.count > 0 && held.count < fewHeld && (
        <Note sign="info" quiet>
          {held.chooses ? words.fewHeld(held.count, formatFixed(100 / held.count, 0)) : words.tooFew(held.count)}{' '}
          {data.val === 0 && !open && (
            <Button kind="link" expanded={open} controls={id} onClick={raise}>
              {words.raise}
            </Button>
          )}
        </Note>
      )}
      <p>
        <span>{data.seeded ? words.drawn(percentOf(split.test), split.seed) : words.own[data.val > 0 ? 'three' : 'two']}</span>
        {(data.seeded || data.val === 0) && (
          <Button kind="link" expanded={open} controls={id} label={open ? words.closeLabel : words.changeLabel} onClick={() => setOpen(!open)}>
            {open ? words.close : words.change}
          </Button>
        )}
      </p>
      <section id={id} aria-label={words.title} hidden={!open}>
        {open && (
          <>
            {data.seeded && <Drawn data={data.id} seed={split.seed} percent={percentOf(split.test)} />}
            {data.val === 0 && (
              <div ref={share}>
                <FieldControl field={heldField} value={held.set} standard={held.standard} onChange={(value) => setTrain(heldField.name, value)} />
              </div>
            )}
          </>
        )}
      </section>
    </div>
  );
}

const some = (count: number): string => (count > 0 ? formatCount(count) : '');

/** Share and seed of a split by chance. */
function Drawn({ data, seed, percent }: { data: string; seed: number; percent: number }) {
  const set = (seed: number, percent: number) => void setSplit(data, seed, percent / 100);
  return (
    <>
      <FieldControl field={shareField} value={percent} onChange={(value) => set(seed, Number(value ?? shareField.default))} />
      <FieldControl field={seedField} value={seed} onChange={(value) => set(Number(value ?? seedField.default), percent)} />
      <ButtonRow>
        <Button small onClick={() => set((seed + 1) % 2 ** 32, percent)}>
          {words.again}
        </Button>
      </ButtonRow>
    </>
  );
}

/** Below this many times as many pictures the sizes of classes hardly matter, and how many says more than it helps. */
const nearly = 1.25;

/** Times as many of the largest class as of the smallest of which data warn by themselves. */
const WARNED = 10;

/** Training pictures of the largest class for one of the smallest that has any. */
function ratioOf({ train_per_class }: Pick<DataInfo, 'train_per_class'>): number {
  const present = train_per_class.filter((count) => count > 0);
  const [least, most] = present.reduce(([low, high], count) => [Math.min(low, count), Math.max(high, count)], [Infinity, 0]);
  return most / least;
}

/** Words for that ratio. */
export function imbalanceOf(data: Pick<DataInfo, 'train_per_class'>): string {
  const ratio = ratioOf(data);
  return ratio <= 1 ? words.balanced : ratio < nearly ? words.nearlyBalanced : words.imbalance(formatFixed(ratio, 1));
}
