import { useEffect, useState } from 'react';
import { methodKinds, type MethodKind } from '../../adapters/fields';
import type { BudgetRow, Plan } from '../../train/protocol';
import { ratesTried } from '../../train/rates.meta';
import { budgetScale } from '../kit/charts/budget';
import { BudgetAxis, BudgetGrip, BudgetLane } from '../kit/charts/BudgetRuler';
import { MethodGlyph } from '../kit/charts/MethodGlyph';
import { identity, MethodKey } from '../kit/charts/MethodKey';
import { Button } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { FieldInput } from '../core/parts/Fields';
import { part } from '../kit/controls/Part';
import { Definition, Term } from '../kit/controls/Term';
import { Sheet } from '../core/parts/Sheet';
import { formatAbout, formatCount, formatDuration, formatMiB, formatSetting } from '../../language/format';
import { methodLook, offeredFor, offeredMethods, titled } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { foundRate } from '../core/runs/foundRates';
import { defaultLr, methodFields, trainFields } from '../core/settings/fields';
import { runTime } from '../core/runs/estimate';
import { factorOf } from '../core/data/matching';
import { planAlso, specFor } from '../core/data/open';
import { searchOf } from '../core/runs/rates';
import { initialSettings, setLr, toggleMethod, useSettings, type Match } from '../core/settings/settings';
import { mainSetting } from '../core/runs/specs';
import { useStepTimes } from '../core/runs/stepTimes';
import css from './methods.module.css';
import { methodWords, budgetWords } from '../core/words/budget';
import { rateWords } from '../core/words/rates';
import { useKeptRuns, useRuns, type Run } from '../core/runs/runs';
import { cardWords } from './words/methodCard';

const words = methodWords;
/** Amounts of a method, in the order of their columns. */
const amounts = ['parameters', 'memory', 'work', 'time', 'rate', 'file'] as const;
/** A rate of 0 trains nothing: an empty field takes the method's own. */
const rateField = { ...trainFields.find(({ name }) => name === 'lr')!, min: 1e-8 };

const MethodCard = part(() => import('./MethodCard').then((module) => module.default), <p>{cardWords.loading}</p>);

interface Props {
  by: Match;
  budget: number;
  /** Slider, lanes and axis are shown. */
  ruled: boolean;
  onBudget: (budget: number) => void;
}

/** One row a method: whether it is compared, its setting at the budget, what it trains, and what it takes. The register of methods may be long: at first the usual ones and what was ticked. */
export function MethodTable({ by, budget, ruled, onBudget }: Props) {
  const { rows, matched, planning } = useCatalog();
  const ticked = useSettings((settings) => settings.methods);
  const chosen = useSettings(({ model }) => model);
  const offered = useCatalog((catalog) => offeredFor(modelById(catalog, chosen)).join());
  const [all, setAll] = useAll();
  const [wanted, setWanted] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [card, setCard] = useState('');
  const valueOf = useValues(sort?.by === 'time');
  // What was unticked stays in sight, to be ticked again.
  const [been, setBeen] = useState<readonly string[]>(initialSettings.methods);
  const fresh = ticked.filter((method) => !been.includes(method));
  if (fresh.length > 0) setBeen([...been, ...fresh]);
  // What was ticked under another model stays, to say why it cannot be trained.
  const known = offeredMethods().filter((method) => offered.split(',').includes(method) || ticked.includes(method));
  const others = offeredMethods().filter((method) => !known.includes(method));
  const usual = known.filter((method) => been.includes(method));
  const methods = all ? known : usual;
  const groups = all ? grouped(methods.filter((method) => isAbout(method, wanted)), wanted === '', sort, valueOf) : [{ kind: null, methods }];
  const more = known.length - usual.length;
  // In the order of the rows: those at the top are planned first.
  const inSight = groups.flatMap((group) => group.methods).filter((method) => offered.split(',').includes(method)).join();
  useEffect(() => planAlso(inSight === '' ? [] : inSight.split(',')), [inSight]);

  const rowOf = (method: string) => (matched.by === by ? rows.find((row) => row.method === method) : undefined);
  const scale = budgetScale(methods.flatMap((method) => rowOf(method) ?? []), budget);
  const lanes = ruled && matched.by === by && rows.length > 0;
  const head = (name: Column, text: string) => (all ? <Sorter name={name} sort={sort} onSort={setSort}>{text}</Sorter> : text);
  return (
    <div className={css.box}>
      {all && <input type="search" className={css.search} aria-label={words.find} placeholder={words.find} value={wanted} onChange={({ currentTarget }) => setWanted(currentTarget.value)} />}
      <table className={all ? `${css.table} ${css.every}` : css.table} aria-busy={planning}>
        <thead>
          <tr>
            <th scope="col" aria-sort={sorted(sort, 'method')}>{head('method', words.columns.method)}</th>
            <th scope="col" className={css.setting}>{words.columns.setting}</th>
            {ruled && <td className={css.lane}>{lanes && <BudgetGrip scale={scale} budget={budget} label={budgetWords.labels[by]} words={budgetWords.values[by]} onChange={onBudget} />}</td>}
            {amounts.map((name) => (
              <th key={name} scope="col" className={css[name]} title={words.hints[name]} aria-sort={sorted(sort, name)}>
                {head(name, words.columns[name])}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.kind ?? ''}>
            {group.kind && (
              <tr className={css.kind}>
                <th scope="rowgroup" colSpan={2 + amounts.length + (ruled ? 1 : 0)}>{words.kinds[group.kind]}</th>
              </tr>
            )}
            {group.methods.map((method) => (
              <Row key={method} method={method} row={rowOf(method)} budget={matched.by === by ? matched.amount : 0} lane={ruled && (lanes ? <BudgetLane scale={scale} budget={budget} row={rowOf(method)} /> : '')} onCard={setCard} />
            ))}
          </tbody>
        ))}
        <tfoot>
          <tr>
            <td colSpan={2}>
              {more > 0 && (
                <Button kind="link" expanded={all} onClick={() => setAll(!all)}>
                  {all ? words.fewer : words.more(more)}
                </Button>
              )}
            </td>
            {ruled && <td className={css.lane}>{lanes && <BudgetAxis scale={scale} />}</td>}
            <td colSpan={amounts.length} className={css.foot}>
              <Head />
            </td>
          </tr>
        </tfoot>
      </table>
      {groups.every((group) => group.methods.length === 0) && <p className={css.foot}>{words.foundNone(wanted)}</p>}
      {all && others.length > 0 && <p className={css.foot}>{words.forTexts(others.map((method) => methodLook(method).title))}</p>}
      <Sheet open={card !== ''} title={card && cardWords.title(methodLook(card).title)} onClose={() => setCard('')}>
        <MethodCard key={card} method={card} />
      </Sheet>
    </div>
  );
}

/** A column that the table can be put in order by. */
type Column = 'method' | (typeof amounts)[number];

interface Sort {
  by: Column;
  down: boolean;
}

const sorted = (sort: Sort | null, name: Column): 'ascending' | 'descending' | undefined => (sort?.by === name ? (sort.down ? 'descending' : 'ascending') : undefined);

/** True if the words that somebody looks for stand in what is said of a method. */
function isAbout(method: string, wanted: string): boolean {
  const { title, help, kind, when, paper } = defined(methodFields[method]);
  const said = [title, methodLook(method).title, method, help, kind, when, paper?.title ?? ''].join(' ').toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}

/** Methods by kind, or together in the order of the column that was chosen; what has no value there comes last. */
function grouped(methods: readonly string[], byKind: boolean, sort: Sort | null, valueOf: (method: string, by: Column) => string | number | null): { kind: MethodKind | null; methods: readonly string[] }[] {
  if (!sort && byKind) return methodKinds.map((kind) => ({ kind, methods: methods.filter((method) => methodFields[method]?.kind === kind) })).filter((group) => group.methods.length > 0);
  if (!sort) return [{ kind: null, methods }];
  const compare = (a: string, b: string) => {
    const [x, y] = [valueOf(a, sort.by), valueOf(b, sort.by)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'string' ? x.localeCompare(String(y), 'en', { sensitivity: 'base' }) : x - Number(y);
    return sort.down ? -order : order;
  };
  return [{ kind: null, methods: methods.toSorted(compare) }];
}

/** A method's plan, once there is one. */
function planOf(plans: ReturnType<typeof useCatalog.getState>['plans'], method: string): Plan | undefined {
  const planned = plans[method];
  return planned && 'plan' in planned ? planned.plan : undefined;
}

/** Trained parameters and work of a method: as planned, or as the budget has it before. */
const countOf = (plan: Plan | undefined, row: BudgetRow | undefined): number | undefined => plan?.adapter_parameters ?? (row?.config ? row.parameters : undefined);
const workOf = (plan: Plan | undefined, row: BudgetRow | undefined): number | undefined => plan?.work ?? row?.work;

const noRuns: Run[] = [];

/** Function of a method and a column: what stands there, as a number, or as a name; null where nothing does yet. Runs, which change while one goes on, are followed only for times. */
function useValues(timed: boolean): (method: string, by: Column) => string | number | null {
  const { rows, plans } = useCatalog();
  const device = useCatalog((catalog) => catalog.device?.description ?? '');
  const rates = useSettings((settings) => settings.lr);
  const runs = useRuns((state) => (timed ? state.runs : noRuns));
  const times = useStepTimes((state) => state.times);
  return (method, by) => {
    const plan = planOf(plans, method);
    const row = rows.find((one) => one.method === method);
    const values: Record<Column, () => string | number | null | undefined> = {
      method: () => methodLook(method).title,
      parameters: () => countOf(plan, row),
      memory: () => plan?.total_bytes,
      work: () => workOf(plan, row),
      time() {
        const spec = plan && specFor(method, '', '');
        return spec ? runTime(spec, plan.steps, runs.filter((run) => !run.deleted), device, times)?.seconds : null;
      },
      rate: () => rates[method] ?? defaultLr(method),
      file: () => plan?.file_bytes,
    };
    return values[by]() ?? null;
  };
}

/** Heading of a column that puts the table in its order: from the smallest, from the largest, and as it was. */
function Sorter({ name, sort, onSort, children }: { name: Column; sort: Sort | null; onSort: (sort: Sort | null) => void; children: string }) {
  const next = sort?.by !== name ? { by: name, down: false } : sort.down ? null : { by: name, down: true };
  return (
    <button type="button" className={css.sorter} onClick={() => onSort(next)}>
      {children}
    </button>
  );
}

const allKey = 'fullrank.methods';

/** State of showing all methods: as this tab was left, also when it is loaded again. */
function useAll(): [boolean, (all: boolean) => void] {
  const [all, set] = useState(() => inTab(() => sessionStorage.getItem(allKey)) === 'all');
  return [
    all,
    (now) => {
      set(now);
      inTab(() => sessionStorage.setItem(allKey, now ? 'all' : ''));
    },
  ];
}

/** Result of `access`; null where storage is forbidden. */
function inTab<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

/** A method's name, which opens what it trains and where it is from. */
function About({ method, onCard }: { method: string; onCard: (method: string) => void }) {
  const { help, paper, formula, when } = defined(methodFields[method]);
  return (
    <Definition of={methodLook(method).title}>
      {help}
      <span className={css.formula}>{formula}</span>
      {when}
      {paper && (
        <>
          {' '}
          {paper.idea && `${words.idea} `}
          <a href={paper.url} target="_blank" rel="noopener noreferrer">
            {words.paper(paper.title, paper.at)}
          </a>
        </>
      )}{' '}
      <Button kind="link" onClick={() => onCard(method)}>
        {cardWords.open}
      </Button>
    </Definition>
  );
}

/** The new head trains with every method, so it is said once. */
function Head() {
  const head = useCatalog(({ plans }) => Object.values(plans).flatMap((planned) => ('plan' in planned ? planned.plan.head_parameters : []))[0]);
  return head ? <Term name="adapterParameters">{words.head(formatCount(head))}</Term> : null;
}

function Row({ method, row, budget, lane, onCard }: { method: string; row: BudgetRow | undefined; budget: number; lane: React.ReactNode; onCard: (method: string) => void }) {
  const { rows, plans, matched } = useCatalog();
  const on = useSettings((settings) => settings.methods.includes(method));
  // Follows what the config is made of.
  useSettings((settings) => settings.overrides[method]);
  const plan = planOf(plans, method);
  const spec = rows.length > 0 ? specFor(method, '', '') : null;
  const impossible = rows.length > 0 && spec === null;
  const count = countOf(plan, row);
  const work = workOf(plan, row);
  const factor = row?.config && budget > 0 ? factorOf(row, budget) : 1;
  // Beside what the budget counts.
  const off = (by: Match) => factor !== 1 && matched.by === by && <small title={words.offBudget}>{words.factor(factor)}</small>;
  return (
    <tr className={`${identity(method)} ${on ? '' : css.off}`}>
      <th scope="row">
        <span className={css.method}>
          <span>
            <Check checked={on && !impossible} disabled={impossible} label={words.train(methodLook(method).title)} onChange={() => toggleMethod(method)}>
              <MethodKey method={method}>{''}</MethodKey>
            </Check>
            <About method={method} onCard={onCard} />
          </span>
          <MethodGlyph method={method} />
        </span>
      </th>
      <td className={css.setting} data-name={words.columns.setting}>{(spec && mainSetting(spec.method)) || '–'}</td>
      {lane !== false && <td className={css.lane}>{lane}</td>}
      <td className={css.parameters} data-name={words.columns.parameters}>
        {count === undefined ? '–' : formatCount(count)}
        {off('parameters')}
      </td>
      <td className={css.memory} data-name={words.columns.memory}>
        {plan ? formatMiB(plan.total_bytes) : '–'}
        {off('memory')}
      </td>
      <td className={css.work} data-name={words.columns.work}>
        {work === undefined ? '–' : words.share(formatCount(100 * work))}
        {off('time')}
      </td>
      <td className={css.time} data-name={words.columns.time}>
        <Time method={method} plan={plan} />
      </td>
      <td data-name={words.columns.rate}>
        <Rate method={method} />
      </td>
      <td data-name={words.columns.file}>{plan?.file_bytes === undefined ? '–' : formatMiB(plan.file_bytes)}</td>
    </tr>
  );
}

/** Time of the whole run on this device, without a search for its rate. If no run had these settings, it is marked as estimated. */
function Time({ method, plan }: { method: string; plan: Plan | undefined }) {
  const device = useCatalog((catalog) => catalog.device?.description ?? '');
  const runs = useKeptRuns();
  const times = useStepTimes((state) => state.times);
  const spec = plan && specFor(method, '', '');
  const known = spec ? runTime(spec, plan.steps, runs, device, times) : null;
  if (!known) return '–';
  return (
    <>
      {(known.measured ? formatDuration : formatAbout)(known.seconds)}
      {!known.measured && <small>{words.estimated}</small>}
    </>
  );
}

/** The learning rate; an empty field takes the method's own, or the one that was or will be found, which it shows. */
function Rate({ method }: { method: string }) {
  const value = useSettings((settings) => settings.lr[method]) ?? 0;
  const finds = useSettings((settings) => settings.findRates);
  const ready = useCatalog(({ rows }) => rows.length > 0);
  // What was found lies with them.
  useKeptRuns();
  const spec = ready && value === 0 ? specFor(method, '', '') : null;
  const found = finds && spec ? searchOf(spec) : undefined;
  const before = !finds && spec ? foundRate(spec) : undefined;
  const data = useCatalog((catalog) => dataById(catalog, spec?.data ?? '')?.title ?? '');
  const [title, own] = [methodLook(method).title, defaultLr(method)];
  return (
    <>
      <span title={before && rateWords.foundFor(titled(method, before.setting), data, before.own)}>
        <FieldInput
          field={{ ...rateField, empty: { value: 0, means: (found ?? before) ? formatSetting((found ?? before)?.lr) : spec?.rate === 'find' ? rateWords.wanted : formatSetting(own) } }}
          label={words.rateOf(title)}
          value={value}
          standard={0}
          onChange={(rate) => setLr(method, typeof rate === 'number' && rate > 0 ? rate : undefined)}
        />
      </span>
      {found && (
        <small title={found.kept ? rateWords.keptOn(found.held) : rateWords.foundBy(ratesTried(found), found.held)}>
          {found.kept ? rateWords.kept : rateWords.found},{' '}
          <Button kind="link" label={rateWords.backOf(title, formatSetting(own))} onClick={() => setLr(method, own)}>
            {rateWords.back}
          </Button>
        </small>
      )}
    </>
  );
}
