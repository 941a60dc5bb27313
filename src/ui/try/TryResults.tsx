import { useMemo, useState, type ReactNode } from 'react';
import type { Prediction, TryImages } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { formatCount, formatPercent, formatPoints } from '../../language/format';
import { defined } from '../../numbers/defined';
import { dataById, useCatalog } from '../core/data/catalog';
import { changeSettings, useSettings } from '../core/settings/settings';
import { besideBest, ensembleAmong, membersOf, type Ensemble } from './store/ensemble';
import { classesOf, comparable, downloadPredictions, lineOf, namesSets, useTryout, type Candidate } from './store/tryout';
import { Sure } from './Sure';
import { TryTable } from './TryTable';
import css from './tryout.module.css';
import { betweenWords } from './words/between';
import { tryoutWords } from '../core/words/tryout';
import { alongWords } from '../core/words/along';
import { lookWords } from '../core/words/look';

/** Maps come when they are asked for. */
const TryLook = part(() => import('./TryLook').then((module) => module.default));

/** Rows of one page: as many as a person looks at, however many there are. */
const PAGE = 50;
const NAMED = 5;
/** Id of what the adapters say. */
export const answers = 'answers';

/** Answers of the ticked adapters on the pictures, a choice of those where they differ, and their export as a table. */
export function TryResults({ chosen }: { chosen: Candidate[] }) {
  const images = useTryout((state) => state.images);
  const results = useTryout((state) => state.results);
  const shown = useMemo(() => chosen.filter(({ key }) => results[key]), [chosen, results]);
  if (!images || shown.length === 0) return null;
  return <Results key={images.title} images={images} shown={shown} columns={shown.map(({ key }) => defined(results[key]))} />;
}

/** Says how many texts were cut. */
function Cut() {
  const cut = useTryout((state) => state.cut);
  return cut && cut.texts > 0 ? <Note sign="warn">{tryoutWords.cut(cut.texts, cut.most)}</Note> : null;
}

/** Says that some texts hold words unknown to the model; the words are named beside each text. */
function Unknown() {
  const unknown = useTryout((state) => state.unknown);
  return unknown?.some((words) => words.length > 0) ? <Note sign="warn">{tryoutWords.unknownAbout}</Note> : null;
}

/** True when two adapters that know the same classes name different ones. */
const differs = (groups: Prediction[][][], i: number): boolean => groups.some((columns) => new Set(columns.flatMap((rows) => (rows[i] && answerOf(rows[i])) || [])).size > 1);

/** True if a model names only classes that nobody else here knows. */
function ownClasses(rows: readonly Prediction[], known: readonly string[]): boolean {
  const names = new Set(known);
  const predicted = rows.flatMap(({ top }) => top.map(({ label }) => label));
  return predicted.length > 0 && !predicted.some((label) => names.has(label));
}

/** A model's answer on one picture or text, as it is compared; empty if it says nothing. */
const answerOf = ({ top: [first], number, words }: Prediction): string => words?.map(({ label }) => label).join(' ') ?? number?.toString() ?? first?.label ?? '';

/** What those of the same classes say together, where that is asked for, and the button that asks. */
function useEnsemble(shown: Candidate[]): { together: Ensemble | null; toggle: ReactNode } {
  const { results, labels, ensemble } = useTryout();
  const members = useMemo(() => membersOf(shown, labels), [shown, labels]);
  const answer = members?.every(({ key }) => results[key]?.some(({ probabilities }) => probabilities)) ?? false;
  const together = useMemo(() => (ensemble && answer && members ? ensembleAmong(members, results, labels) : null), [ensemble, answer, members, results, labels]);
  const toggle = answer && (
    <Button small pressed={ensemble} onClick={() => useTryout.setState({ ensemble: !ensemble })}>
      {betweenWords.ensemble}
    </Button>
  );
  return { together, toggle };
}

/** The ensemble beside the best of its members, on pictures whose classes are known. */
function BesideBest({ together, images }: { together: Ensemble; images: TryImages }) {
  const results = useTryout((state) => state.results);
  const found = useMemo(() => besideBest(together, results, images), [together, results, images]);
  if (!found) return null;
  const { best, right, apart } = found;
  return <p className={css.soft}>{betweenWords.together(formatPercent(right), lineOf(best, together.members), alongWords.apart(formatPoints(apart.difference), formatPoints(apart.low), formatPoints(apart.high)))}</p>;
}

function Results({ images, shown, columns }: { images: TryImages; shown: Candidate[]; columns: Prediction[][] }) {
  const [only, setOnly] = useState<'all' | 'differ'>('all');
  const [page, setPage] = useState(0);
  const done = Math.max(...columns.map((rows) => rows.length));
  const readable = useMemo(() => Array.from({ length: done }, (_, i) => i).filter((i) => columns.some((rows) => rows[i] && answerOf(rows[i]) !== '')), [columns, done]);
  const bad = useMemo(() => Array.from({ length: done }, (_, i) => columns.map((rows) => rows[i]).find((row) => row?.error)).filter((row) => row !== undefined).map((row) => row.error), [columns, done]);
  // The base model has classes of its own; adapters are compared with each other.
  // Numbers differ all the time.
  const numbers = columns.some((rows) => rows.some(({ number }) => number !== undefined));
  const groups = useMemo(() => (numbers ? [] : comparable(shown)).map((places) => places.map((i) => defined(columns[i]))), [columns, numbers, shown]);
  const adapters = shown.filter(({ base }) => !base).length;
  const based = adapters < shown.length;
  const data = useSettings((settings) => settings.data);
  const known = useCatalog((catalog) => dataById(catalog, data)?.classes);
  const own = useMemo(() => shown.some(({ base }, i) => base && ownClasses(defined(columns[i]), [...(known ?? []), ...(images.truths ?? []), ...shown.flatMap(classesOf)])), [columns, images, known, shown]);
  const sets = shown.some(({ base }, i) => base && defined(columns[i]).some(({ top }) => namesSets(top)));
  // Those of other classes have nothing to agree on.
  const apart = groups.length !== 1 || defined(groups[0]).length < adapters;
  const different = useMemo(() => readable.filter((i) => differs(groups, i)), [groups, readable]);
  const listed = only === 'differ' && groups.length > 0 ? different : readable;
  const rollout = useSettings((settings) => settings.rollout);
  const { together, toggle } = useEnsemble(shown);
  const all = together ? [...shown, together.column] : shown;
  const allColumns = together ? [...columns, together.rows] : columns;
  const last = Math.max(0, Math.ceil(listed.length / PAGE) - 1);
  const at = Math.min(page, last);
  const indices = listed.slice(at * PAGE, (at + 1) * PAGE);
  return (
    <section id={answers} className={css.results} aria-label={tryoutWords.results}>
      <div className={css.head}>
        {adapters > 1 && groups.length === 0 && !numbers && <p>{tryoutWords.otherClasses}</p>}
        {groups.length === 0 && own && <p>{tryoutWords.ownClasses(sets)}</p>}
        {groups.length > 0 && (
          <>
            <p>
              {tryoutWords.agree(formatCount(readable.length - different.length), formatCount(readable.length), based)} {apart && tryoutWords.sameClasses} {own && tryoutWords.ownClasses(sets)}
            </p>
            <Segmented
              label={tryoutWords.show}
              value={only}
              options={[
                { value: 'all', text: tryoutWords.all },
                { value: 'differ', text: tryoutWords.differ(formatCount(different.length)) },
              ]}
              onChange={(value) => {
                setOnly(value);
                setPage(0);
              }}
            />
          </>
        )}
        {!images.texts && (
          <Button small pressed={rollout} onClick={() => changeSettings({ rollout: !rollout })}>
            {lookWords.toggle}
          </Button>
        )}
        <Button small onClick={() => void downloadPredictions(all, allColumns)}>
          {tryoutWords.csv}
        </Button>
      </div>
      <Cut />
      <Unknown />
      {bad.length > 0 && (
        <details className={css.bad}>
          <summary>
            <Note sign="warn">{tryoutWords.unreadable(bad.length)}</Note>
          </summary>
          {bad.slice(0, NAMED).map((error, i) => (
            <p key={i}>{error}</p>
          ))}
          {bad.length > NAMED && <p>{tryoutWords.andMore(bad.length - NAMED)}</p>}
        </details>
      )}
      {rollout && !images.texts && readable.length > 0 && <TryLook chosen={shown} names={images.names} listed={listed.length > 0 ? listed : readable} />}
      {indices.length > 0 ? <TryTable images={images} shown={all} columns={allColumns} indices={indices} different={different} /> : only === 'differ' && <p>{tryoutWords.noDifference}</p>}
      <Sure shown={shown} />
      {last > 0 && (
        <ButtonRow>
          <Button small disabled={at === 0} onClick={() => setPage(at - 1)}>
            {tryoutWords.earlier}
          </Button>
          <span className={css.soft}>{tryoutWords.page(formatCount(at * PAGE + 1), formatCount(at * PAGE + indices.length), formatCount(listed.length))}</span>
          <Button small disabled={at === last} onClick={() => setPage(at + 1)}>
            {tryoutWords.later}
          </Button>
        </ButtonRow>
      )}
      {toggle && <ButtonRow>{toggle}</ButtonRow>}
      {together && <BesideBest together={together} images={images} />}
    </section>
  );
}
