import { useRef, useState } from 'react';
import { isAtChance } from '../../records/chance.meta';
import { endedEarly } from '../../records/early.meta';
import { meanOf } from '../../numbers/stats';
import { MethodKey } from '../kit/charts/MethodKey';
import { Sign, type SignName } from '../kit/controls/Sign';
import { useKeepFocus } from '../kit/controls/useKeepFocus';
import { formatCount, formatHalf, formatPercent, formatSetting, partsOf } from '../../language/format';
import { defined } from '../../numbers/defined';
import type { Baseline } from '../core/runs/baselines';
import type { Differing } from '../core/runs/columns';
import { lacksTest } from '../core/analyses/evaluating';
import { factNamed, showFact, type Fact } from '../core/runs/facts';
import { numberedRows } from './store/numbered';
import { isRecorded } from '../core/analyses/recorded';
import { counts, listed, meanFact, nameOf, ofPictures, sourceText, wholeNameOf, type Group } from '../core/runs/runGroups';
import { personOf, selectRun, testEvaluation, toggleRuns, useRuns, type Run } from '../core/runs/runs';
import { changeSettings, useSettings, type Grouping } from '../core/settings/settings';
import { firstDifference, useAround, type Table } from '../core/runs/table';
import { tabId } from '../core/storage/tabs';
import { markedFor, timedAlike, unlikeTimed } from '../core/runs/timing';
import { RunActions } from './RunActions';
import css from '../core/parts/runs.module.css';
import { runsWords } from '../core/words/runs';
import { memoryWords } from '../core/words/memory';
import { tableWords, type Unlike } from '../core/words/table';
import { failuresWords } from '../core/words/failures';
import { curveWords } from '../core/words/curves';
import { zeroShotWords } from '../core/words/zeroShot';

const signs: Record<Run['state'], SignName> = { waiting: 'wait', running: 'info', paused: 'info', stopping: 'info', done: 'ok', stopped: 'stop', failed: 'err', interrupted: 'warn' };
/** Results that every table shows, and how soon a narrow one leaves them out. */
const shownFacts: [name: string, short: string, leave: string][] = [
  ['accuracy', runsWords.test, ''],
  ['perplexity', runsWords.perplexity, 'c1'],
  ['balanced_accuracy', runsWords.balanced, 'c4'],
  ['macro_f1', runsWords.f1, 'c4'],
  ['val', runsWords.best, 'c2'],
  ['trainable', runsWords.trainable, 'c1'],
  ['memory', memoryWords.unit, 'c3'],
  ['seconds', factNamed('seconds')!.title, 'c2'],
];
const around = { stale: () => false, twin: () => '', hidden: () => false };
/** Columns that differ and stand by themselves; the rest is said in one. */
const mostColumns = 5;

interface Props {
  table: Table;
  kept: Run[];
  baselines: Baseline[];
  selected: string;
}

/** Rows of runs, or of groups that open to their runs. */
export function RunsTable({ table: { groups, columns }, kept, baselines, selected }: Props) {
  // A row that is deleted takes its button along.
  const box = useRef<HTMLDivElement>(null);
  useKeepFocus(box);
  const by = useSettings((settings) => settings.group);
  // The mean of one run is the run, however runs are put together.
  const alone = (group: Group) => by === 'run' || group.runs.length === 1;
  const grouped = !groups.every(alone);
  const [open, setOpen] = useState<string[]>([]);
  // Seeds have a column of their own there.
  const telling = columns.filter(({ name }) => by !== 'seed' || name !== 'seed');
  const own = telling.slice(0, mostColumns);
  const rest = telling.slice(mostColumns);
  const all = groups.flatMap((group) => group.runs);
  const measured = shownFacts.filter(([name]) => name === 'accuracy' || all.some((run) => factNamed(name)!.of(run, around) !== null) || (name === 'val' && baselines.some(({ val }) => val)));
  const timed = all.filter((run) => run.seconds > 0);
  const apart = unlikeTimed(timed);
  // Where no two were timed alike there is no rest to mark them against.
  const unlike = apart.size < timed.length ? apart : new Map<string, Unlike>();
  const times = measured.find(([name]) => name === 'seconds');
  // Times of which no two are to be compared stand in no column.
  const results = timed.length > 1 && unlike.size === 0 && apart.size > 0 ? measured.filter((one) => one !== times) : measured;
  // What a mark means is said where there is one.
  const reasonsOf = (group: Group): Unlike[] => {
    const each = group.runs.flatMap(({ id }) => unlike.get(id) ?? []);
    return alone(group) ? each : [...markedFor(group.counted, unlike), ...(open.includes(group.key) ? each : [])];
  };
  const reasons = [...new Set(groups.flatMap(reasonsOf))];
  const marked = times !== undefined && timed.length > 1 && apart.size > 0 && (unlike.size === 0 || reasons.length > 0);
  const numbers = new Map(numberedRows().flatMap(({ runs }, i) => runs.map(({ id }) => [id, i + 1])));
  const keyOf = ({ id }: Run) => {
    const number = numbers.get(id) ?? 0;
    return number > 0 && number <= 9 ? runsWords.key(number) : undefined;
  };
  const head = ({ name, numeric, title }: Differing) => (
    <Head key={name} name={name} numeric={numeric} leave="cd">
      {title}
    </Head>
  );
  const row = (run: Run, inner = false) => <RunRow key={run.id} run={run} keyTitle={inner ? undefined : keyOf(run)} own={own} rest={rest} selected={run.id === selected} inner={inner} kept={kept} results={results} unlike={unlike} />;
  return (
    <div ref={box} className={css.scroll} role="region" aria-label={runsWords.table} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col" className={css.eyeCell}>
              <span className="sr">{runsWords.shown}</span>
            </th>
            <Head name="method">{runsWords.method}</Head>
            {own.filter(isSetting).map(head)}
            <Head name="name">{runsWords.run}</Head>
            {own.filter((column) => !isSetting(column)).map(head)}
            {rest.length > 0 && (
              <th scope="col" className={css.cd}>
                <span className={css.heading}>{tableWords.more}</span>
              </th>
            )}
            {results.map(([name, short, leave]) => (
              <Head key={name} name={name} numeric leave={leave} good={factNamed(name)!.good} hint={name === 'seconds' ? runsWords.timeHint : ''}>
                {short}
              </Head>
            ))}
            {grouped ? (
              <th scope="col">
                <span className={css.heading}>{groups.some(alone) ? tableWords.seedsOrState : tableWords.seeds}</span>
              </th>
            ) : (
              <Head name="state">{runsWords.state}</Head>
            )}
            <th scope="col">
              <span className="sr">{runsWords.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => {
            if (alone(group)) return row(defined(group.runs[0]));
            const isOpen = open.includes(group.key);
            return [
              <GroupRow key={group.key} group={group} keyTitle={keyOf(defined(group.runs[0]))} own={own} rest={rest} results={results} unlike={unlike} open={isOpen} onOpen={() => setOpen(isOpen ? open.filter((key) => key !== group.key) : [...open, group.key])} />,
              ...(isOpen ? listed(group).map((run) => row(run, true)) : []),
            ];
          })}
          {baselines.map((baseline) => (
            <BaselineRow key={baseline.key} baseline={baseline} columns={own.length + Number(rest.length > 0)} setting={own.some(isSetting)} results={results} />
          ))}
        </tbody>
      </table>
      {marked && (
        <p className={`${css.foot} ${css[times[2]]}`}>
          {unlike.size > 0 ? `${unlikeMark} ${tableWords.unlikeFoot(reasons.map((reason) => tableWords.unlikeOf(groups.filter((group) => reasonsOf(group).includes(reason)).map(nameOf), [tableWords.unlike[reason]])))}` : tableWords.allUnlikeTimed}
        </p>
      )}
    </div>
  );
}

/** Stands in place of seconds that are not to be compared with the others. */
const unlikeMark = '†';

function Mark({ why }: { why: readonly Unlike[] }) {
  return (
    <abbr className={css.unlike} title={tableWords.unlikeFoot(why.map((reason) => tableWords.unlike[reason]))}>
      {unlikeMark}
    </abbr>
  );
}

/** Nothing, and why: a score of the confusion matrix where only accuracy was kept. */
function None({ name, tested }: { name: string; tested: boolean }) {
  return tested && (name === 'balanced_accuracy' || name === 'macro_f1') ? <abbr className={css.unlike} title={runsWords.noMatrix}>–</abbr> : '–';
}

/** A heading that sorts: the better direction first, the other next, then the order of training again. */
function Head({ name, children, numeric = false, leave = '', good, hint = '' }: { name: string; children: string; numeric?: boolean; leave?: string; good?: Fact['good']; hint?: string }) {
  const sort = useSettings((settings) => settings.sort);
  const [up, down] = [name, `-${name}`];
  const order = good === 'high' ? [down, up, ''] : [up, down, ''];
  const next = order[(order.indexOf(sort) + 1) % 3];
  const now = sort === up ? 'ascending' : sort === down ? 'descending' : undefined;
  return (
    <th scope="col" className={[numeric && css.num, leave && css[leave]].filter(Boolean).join(' ') || undefined} aria-sort={now}>
      <button type="button" className={css.sort} title={[hint, tableWords.sortBy(children)].filter(Boolean).join(' ')} onClick={() => changeSettings({ sort: next })}>
        {children}
        <span aria-hidden="true">{now === 'ascending' ? ' ↑' : now === 'descending' ? ' ↓' : ''}</span>
      </button>
    </th>
  );
}

/** The setting belongs to the method and stands beside it; a run's name comes after both. */
const isSetting = ({ name }: Pick<Differing, 'name'>): boolean => name === 'setting';

/** What sets a row apart from the others. */
function Own({ column, text }: { column: Differing; text: string | undefined }) {
  return (
    <td className={`${column.numeric ? css.num : css.diff} ${isSetting(column) ? css.whole : ''} ${css.cd}`} data-label={column.title}>
      {text}
    </td>
  );
}

interface RowProps {
  run: Run;
  /** The key that shows and hides it; not that of its group. */
  keyTitle?: string;
  own: Differing[];
  rest: Differing[];
  selected: boolean;
  inner: boolean;
  kept: Run[];
  results: typeof shownFacts;
  unlike: ReadonlyMap<string, Unlike>;
}

function restOf(rest: readonly Differing[], run: Run): string {
  return partsOf(
    rest.map(({ title, show }) => {
      const value = show(run);
      return value && `${title} ${value}`;
    }),
  );
}

function RunRow({ run, keyTitle, own, rest, selected, inner, kept, results, unlike }: RowProps) {
  const hidden = useRuns((state) => state.hidden.includes(run.id));
  const recorded = isRecorded(run);
  const elsewhere = run.owner !== '' && run.owner !== tabId;
  const state = elsewhere ? runsWords.otherTab : runsWords.states[run.state];
  const range = inner || !counts(run) ? null : ofPictures({ counted: [run] });
  const cell = (column: Differing) => <Own key={column.name} column={column} text={column.show(run)} />;
  const failedWhy = run.state === 'failed' && run.error ? failuresWords[run.error.kind].short : '';
  return (
    <tr className={[selected && css.now, inner && css.inner].filter(Boolean).join(' ') || undefined}>
      <td className={css.eyeCell}>
        <input type="checkbox" className={css.eye} checked={!hidden} onChange={() => toggleRuns([run.id])} aria-label={runsWords.showLine(run.name)} title={keyTitle} />
      </td>
      <td className={css.method}>
        <MethodKey method={run.spec.method.method} />
      </td>
      {own.filter(isSetting).map(cell)}
      <th scope="row">
        {recorded ? (
          <>
            {curveWords.seed(run.spec.train.seed)} <span className={css.tag}>{tableWords.sources.recorded}</span>
          </>
        ) : (
          <>
            <button type="button" className={css.pick} aria-pressed={selected} title={run.name} onClick={() => selectRun(run.id)}>
              {run.name}
            </button>
            <Tags run={run} kept={kept} />
          </>
        )}
      </th>
      {own.filter((column) => !isSetting(column)).map(cell)}
      {rest.length > 0 && <td className={`${css.diff} ${css.rest} ${css.cd}`}>{restOf(rest, run)}</td>}
      {results.map(([name, short, leave]) => (
        <td key={name} className={`${css.num} ${leave && css[leave]} ${name === 'accuracy' ? css.main : ''}`} data-label={short}>
          {name === 'seconds' && unlike.has(run.id) ? <Mark why={[defined(unlike.get(run.id))]} /> : showFact(factNamed(name)!, factNamed(name)!.of(run, around)) || <None name={name} tested={testEvaluation(run) !== null} />}
          {name === 'accuracy' && range && <small title={tableWords.overPictures}> {tableWords.range(...(range.map(formatPercent) as [string, string]))}</small>}
        </td>
      ))}
      <td className={css.stateCell}>
        <span className={css.state}>
          <Sign name={signs[run.state]} />
          {failedWhy || state}
          {lacksTest(run) && <small>{runsWords.untested}</small>}
          {atChance(run) && <small title={runsWords.atChanceHint}>{runsWords.atChance}</small>}
          {endedEarly(run.summary) && <small>{runsWords.earlyAt(formatCount(run.lastStep))}</small>}
        </span>
      </td>
      <td className={css.act}>{!recorded && <RunActions run={run} elsewhere={elsewhere} />}</td>
    </tr>
  );
}

/** True if a run's test cannot be told from chance. */
function atChance(run: Run): boolean {
  const test = testEvaluation(run);
  return test !== null && isAtChance(test);
}

/** Notable facts about a run beside its numbers. */
function Tags({ run, kept }: { run: Run; kept: Run[] }) {
  const all = useAround();
  const repeated = kept.find((one) => one.id === run.repeats);
  const differs = repeated && run.lastStep > 0 ? firstDifference(run.id, repeated.id) : null;
  const twin = all.twin(run);
  const name = (id: string) => kept.find((one) => one.id === id)?.name ?? '';
  return (
    <span className={css.tags}>
      {run.theirs && (
        <span className={css.tag} title={personOf(run)}>
          {tableWords.theirs(personOf(run))}
        </span>
      )}
      {all.stale(run) && (
        <span className={`${css.tag} ${css.warn}`} title={tableWords.staleHint}>
          <Sign name="warn" /> {tableWords.stale}
        </span>
      )}
      {repeated && run.lastStep > 0 ? (
        <span className={differs === null ? css.tag : `${css.tag} ${css.warn}`}>{differs === null ? tableWords.repeatsSame(repeated.name) : tableWords.repeatsOther(repeated.name, differs)}</span>
      ) : (
        twin !== '' && name(twin) !== '' && <span className={css.tag}>{tableWords.twin(name(twin))}</span>
      )}
    </span>
  );
}

/** Seeds in their order; few of them stay on one line. */
function seedList(seeds: readonly number[]): string {
  const list = partsOf([...seeds].sort((a, b) => a - b).map(formatSetting));
  return seeds.length > 5 ? list : list.replaceAll(' ', '\u00a0');
}

/** Name of a row of several runs beside its method and settings. */
function rowName({ value, seeds, runs, source }: Group, by: Grouping): string {
  if (by === 'who') return sourceText(source) || tableWords.sources.yours;
  if (by === 'seed' && seeds.length > 0) return tableWords.seedCount(seeds.length);
  return partsOf([by !== 'seed' && value, tableWords.all(runs.length)]);
}

function GroupRow({ group, keyTitle, own, rest, results, unlike, open, onOpen }: { group: Group; keyTitle?: string; own: Differing[]; rest: Differing[]; results: typeof shownFacts; unlike: ReadonlyMap<string, Unlike>; open: boolean; onOpen: () => void }) {
  const hidden = useRuns((state) => state.hidden);
  const shown = group.runs.filter((run) => !hidden.includes(run.id)).length;
  const by = useSettings((settings) => settings.group);
  const title = nameOf(group);
  // By person it is the name of the row.
  const source = by === 'who' ? '' : sourceText(group.source);
  const common = (column: Differing) => {
    const all = new Set(group.runs.map((run) => column.show(run)));
    return all.size === 1 ? [...all][0] : '…';
  };
  const cell = (column: Differing) => <Own key={column.name} column={column} text={common(column)} />;
  const unfinished = group.runs.length - group.counted.length - group.failed - group.again;
  const early = group.runs.filter(({ summary }) => endedEarly(summary)).length;
  const lost = group.counted.filter(atChance).length;
  const notes = [lost > 0 && tableWords.atChance(lost), early > 0 && tableWords.early(early), group.failed > 0 && tableWords.failed(group.failed), group.again > 0 && tableWords.again(group.again), unfinished > 0 && tableWords.unfinished(unfinished)].filter((note) => note !== false);
  return (
    <tr className={css.group}>
      <td className={css.eyeCell}>
        <input
          type="checkbox"
          className={css.eye}
          checked={shown > 0}
          ref={(input) => {
            if (input) input.indeterminate = shown > 0 && shown < group.runs.length;
          }}
          onChange={() => toggleRuns(group.runs.map(({ id }) => id))}
          aria-label={runsWords.showLine(title)}
          title={keyTitle}
        />
      </td>
      <td className={css.method}>{group.method && <MethodKey method={group.method} />}</td>
      {own.filter(isSetting).map(cell)}
      <th scope="row">
        <button type="button" className={css.opener} aria-expanded={open} aria-label={tableWords.open(title)} title={wholeNameOf(group)} onClick={onOpen}>
          {rowName(group, by)}
        </button>
        {source && (
          <span className={css.tags}>
            <span className={css.tag} title={source}>
              {source}
            </span>
          </span>
        )}
      </th>
      {own.filter((column) => !isSetting(column)).map(cell)}
      {rest.length > 0 && <td className={`${css.diff} ${css.cd}`} />}
      {results.map(([name, short, leave]) => {
        const fact = factNamed(name)!;
        const counted = name === 'seconds' ? timedAlike(group.counted) : group.counted;
        const mean = meanFact({ counted }, fact);
        const why = mean && name === 'seconds' ? markedFor(group.counted, unlike) : [];
        const half = mean && mean.interval !== null && fact.share ? formatHalf(mean.interval, fact.format) : '';
        return (
          <td key={name} className={`${css.num} ${leave && css[leave]} ${name === 'accuracy' ? css.main : ''}`} data-label={short}>
            {why.length > 0 ? <Mark why={why} /> : mean ? fact.format(mean.mean) : <None name={name} tested={group.counted.length > 0} />}
            {half && <small title={name === 'accuracy' ? tableWords.overSeeds : undefined}> {tableWords.plusMinus(half)}</small>}
          </td>
        );
      })}
      <td className={css.stateCell} data-label={tableWords.seeds}>
        <span className={css.seeds}>
          {group.seeds.length > 0 ? tableWords.seedsOf(group.seeds.length, seedList(group.seeds)) : '–'}
          {notes.length > 0 && <small>{partsOf(notes)}</small>}
        </span>
      </td>
      <td className={css.act} />
    </tr>
  );
}

/** Accuracy without training, under the runs. */
function BaselineRow({ baseline: { model, prompts, test, val }, columns, setting, results }: { baseline: Baseline; columns: number; setting: boolean; results: typeof shownFacts }) {
  return (
    <tr>
      <td className={css.eyeCell} />
      <td className={css.method}>
        <MethodKey method="zero_shot" />
      </td>
      {setting && <td className={css.cd} />}
      <th scope="row">
        {model} <span className={css.tags}>{zeroShotWords.row(prompts)}</span>
      </th>
      {columns > Number(setting) && <td className={css.cd} colSpan={columns - Number(setting)} />}
      {results.map(([name, , leave]) => (
        <td key={name} className={`${css.num} ${leave && css[leave]} ${name === 'accuracy' ? css.main : ''}`}>
          {name === 'accuracy' && test ? formatPercent(test.accuracy) : name === 'val' && val ? formatPercent(val.accuracy) : name === 'balanced_accuracy' && test ? formatPercent(meanOf(test.per_class)?.mean ?? NaN) : name === 'trainable' ? formatCount(0) : <None name={name} tested={test !== undefined} />}
        </td>
      ))}
      <td />
      <td />
    </tr>
  );
}
