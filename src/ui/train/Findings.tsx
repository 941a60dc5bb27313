import { useEffect, useState, type ReactNode } from 'react';
import type { DataInfo, Edits, Health } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { Thumb } from '../kit/controls/Thumb';
import { ThumbLoader, type Thumbs } from '../kit/thumbs';
import { formatCount } from '../../language/format';
import { changeTogether, labelNow } from '../core/data/edits';
import { keepOnOneSide, labelBoth, leaveOut, leaveOutCopies, mergeClass, nearlySameClasses, type Pair } from '../core/data/repairs';
import { pictureName } from '../core/parts/pictureName';
import { studio } from '../core/worker/client';
import css from '../core/parts/panels.module.css';
import { healthWords } from '../core/words/data';
import { filesWords } from '../core/words/files';

const shown = 5;
const listed = 50;

type Image = Pair['a'];
type List = Health['near'];

/** Findings about the files in use: nothing is wrong with what is left out. `bad` is the number of unreadable ones. */
function ofUsed({ unreadable, failures, leaks, nearLeaks, duplicates, near }: Health, edits: Edits, label: (image: Image) => string) {
  const [out, classesOut] = [new Set(edits.disabled), new Set(edits.disabled_classes)];
  const isUsed = (image: Image) => !out.has(image.name) && !classesOut.has(label(image));
  const twins = ({ total, pairs }: List): List => {
    const used = pairs.filter(({ a, b }) => isUsed(a) && isUsed(b));
    return { total: total - (pairs.length - used.length), pairs: used };
  };
  const failed = failures.filter(({ image }) => isUsed(image));
  const bad = unreadable.train.length + unreadable.val.length + unreadable.test.length - (failures.length - failed.length);
  return { bad, failures: failed, leaks: twins(leaks), nearLeaks: twins(nearLeaks), duplicates: twins(duplicates), near: twins(near) };
}

/** What the check has found about the pictures in use, each with the pictures in sight and what can be done about it. */
export default function Findings({ health, data, edits }: { health: Health; data: DataInfo; edits: Edits }) {
  const own = (image: Image) => data.all_classes[image.label] ?? '';
  const label = (image: Image) => labelNow(edits, image.name, own(image));
  const parts = data.val > 0 ? 'three' : 'two';
  const found = ofUsed(health, edits, label);
  const { bad, failures, duplicates, near } = found;
  const isTorn = ({ a, b, exact }: Pair) => exact && label(a) !== label(b);
  const repair = (make: (edits: Edits) => Edits, said?: string) => {
    const count = make(edits).disabled.length - edits.disabled.length;
    void changeTogether(data.id, said ?? healthWords.repairs.leftOut(count), make);
  };
  const twins = (name: 'leaks' | 'nearLeaks' | 'duplicates' | 'near', plain: (count: number) => string, torn: (count: number, torn: number) => string, button: (count: number) => string, make: (edits: Edits, pairs: Pair[]) => Edits, help?: string) => {
    const list = found[name];
    const [contradicting, fixable] = [list.pairs.filter(isTorn), list.pairs.filter((pair) => !isTorn(pair))];
    const count = make(edits, fixable).disabled.length - edits.disabled.length;
    return list.total > 0 && (
      <Twins key={name} data={data.id} text={contradicting.length > 0 ? torn(list.total, contradicting.length) : plain(list.total)} total={list.total} torn={contradicting} pairs={fixable} label={label} choose={(pair) => <Choice pair={pair} label={label} own={own} repair={repair} />}>
        {count > 0 && (
          <Button small title={help} onClick={() => repair((edits) => make(edits, fixable))}>
            {button(count)}
          </Button>
        )}
      </Twins>
    );
  };
  const { copies, side, sideHelp } = healthWords.repairs;
  const lines = [
    bad > 0 && <Unreadable key="bad" bad={bad} failures={failures} onOut={() => repair((edits) => leaveOut(edits, failures.map(({ image }) => image)))} />,
    twins('leaks', (count) => healthWords.leaks(count, parts), (count, torn) => healthWords.tornLeaks(count, torn, parts), () => side, (edits, pairs) => keepOnOneSide(edits, pairs, duplicates.pairs), sideHelp),
    twins('nearLeaks', (count) => healthWords.nearLeaks(count, parts), (count) => healthWords.nearLeaks(count, parts), () => side, (edits, pairs) => keepOnOneSide(edits, pairs, [...duplicates.pairs, ...near.pairs]), sideHelp),
    twins('duplicates', healthWords.duplicates, healthWords.tornDuplicates, copies, leaveOutCopies),
    twins('near', healthWords.near, healthWords.near, copies, leaveOutCopies),
    ...nearlySameClasses(data).map(([into, from]) => <SameNames key={`${from} ${into}`} data={data} from={from} into={into} />),
  ].filter((line) => line !== false);
  if (lines.length === 0 && health.complete) return <Note sign="ok">{healthWords.good(formatCount(data.train + data.val + data.test))}</Note>;
  return (
    <ul className={css.health}>
      {lines}
      {!health.complete && (
        <li>
          <Note sign="info">{filesWords.incomplete}</Note>
        </li>
      )}
    </ul>
  );
}

function Unreadable({ bad, failures, onOut }: { bad: number; failures: Health['failures']; onOut: () => void }) {
  return (
    <Line text={healthWords.unreadable(bad)} names={failures.slice(0, listed).map(({ reason }) => reason)} more={bad - Math.min(bad, failures.length, listed)}>
      <Button small onClick={onOut}>
        {healthWords.repairs.unreadable}
      </Button>
    </Line>
  );
}

/** A finding that opens into names, and the buttons that repair it. */
function Line({ text, names, more, beside, children }: { text: string; names: string[]; more: number; beside?: ReactNode; children?: ReactNode }) {
  return (
    <li>
      <details>
        <summary>
          <Note sign="warn">{text}</Note>
        </summary>
        {names.map((name, i) => (
          <p key={i}>{name}</p>
        ))}
        {more > 0 && <p>{healthWords.more(more)}</p>}
      </details>
      {beside}
      {children && (
        <div className={css.repair}>
          <ButtonRow>{children}</ButtonRow>
        </div>
      )}
    </li>
  );
}

interface TwinsProps {
  data: string;
  text: string;
  total: number;
  /** Equal pictures with different labels come first: one of the labels is wrong, until it is set right. */
  torn: Pair[];
  pairs: Pair[];
  label: (image: Image) => string;
  choose: (pair: Pair) => ReactNode;
  children: ReactNode;
}

/** Pairs of pictures, the first of them in sight side by side; a choice under each whose labels contradict. */
function Twins({ data, text, total, torn, pairs, label, choose, children }: TwinsProps) {
  const first = [...torn, ...pairs].slice(0, shown);
  const thumbs = useThumbs(data, first.flatMap(({ a, b }) => [a.name, b.name]));
  const names = first.map((pair) => nameOf(pair) + (torn.includes(pair) ? healthWords.torn(label(pair.a), label(pair.b)) : ''));
  return (
    <Line
      text={text}
      names={names}
      more={total - names.length}
      beside={
        <div className={css.twins}>
          {first.map((pair) => (
            <div key={`${pair.a.name} ${pair.b.name}`} className={torn.includes(pair) ? css.torn : undefined} title={nameOf(pair)}>
              {[pair.a, pair.b].map(({ name }) => {
                const sample = thumbs.get(name);
                return sample && <Thumb key={name} sample={sample} />;
              })}
              {torn.includes(pair) && choose(pair)}
            </div>
          ))}
        </div>
      }
    >
      {children}
    </Line>
  );
}

const nameOf = ({ a, b }: Pair): string => healthWords.pair(pictureName(a.name), pictureName(b.name)) + (a.begins ? healthWords.begins(a.begins, b.begins === a.begins ? '' : (b.begins ?? '')) : '');

/** The labels of a pair that contradict, one of which is right, or neither. */
function Choice({ pair, label, own, repair }: { pair: Pair; label: (image: Image) => string; own: (image: Image) => string; repair: (make: (edits: Edits) => Edits, said?: string) => void }) {
  const { both, neither, labelled } = healthWords.repairs;
  return (
    <ButtonRow>
      {[label(pair.a), label(pair.b)].map((one) => (
        <Button key={one} small onClick={() => repair((edits) => labelBoth(edits, pair, one, own), labelled(pictureName(pair.a.name), pictureName(pair.b.name), one))}>
          {both(one)}
        </Button>
      ))}
      <Button small onClick={() => repair((edits) => leaveOut(edits, [pair.a, pair.b]))}>
        {neither}
      </Button>
    </ButtonRow>
  );
}

/** Two classes that may be one by two names. */
function SameNames({ data, from, into }: { data: DataInfo; from: string; into: string }) {
  const merge = async () => {
    const { names } = await studio().classPictures(data.id, data.all_classes.indexOf(from));
    await changeTogether(data.id, healthWords.repairs.merged(from, into), (edits) => mergeClass(edits, from, into, names));
  };
  return (
    <li>
      <Note sign="warn">{healthWords.sameNames(into, from)}</Note>
      <div className={css.repair}>
        <Button small onClick={() => void merge()}>
          {healthWords.repairs.merge(from, into)}
        </Button>
      </div>
    </li>
  );
}

/** Small pictures of a set by their names, as they come; of one that cannot be read nothing. */
function useThumbs(data: string, names: readonly string[]): Thumbs {
  const [thumbs, setThumbs] = useState<Thumbs>(new Map());
  const key = names.join('\n');
  useEffect(() => {
    const loader = new ThumbLoader({ load: (wanted) => studio().pictures(data, wanted), onChange: setThumbs, onError: () => {} });
    loader.want(key.split('\n'));
    return () => loader.end();
  }, [data, key]);
  return thumbs;
}
