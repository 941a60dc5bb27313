import { useEffect, useId, useRef, type ReactNode } from 'react';
import type { StepDispatch, StepFacts, StepLayer, StepLook, StepPart, StepRows } from '../../train/stepLook.meta';
import { matricesPicture } from '../../figures/matrices';
import { methodLook } from '../../figures/methods';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import { identity } from '../kit/charts/MethodKey';
import { Button } from '../kit/controls/Button';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { MatrixPicture } from './MatrixPicture';
import { METHODS, placeOf, STEPS, useStepChoice, type Looked, type StepChoice } from './step';
import { formatValue, stepWords as w } from './words/step';
import css from './step.module.css';

export type StepChart = 'stepModel' | 'stepLayer' | 'stepNumbers' | 'stepKernel';

/** Numbers of a row that are written out. */
const WRITTEN = 6;

/** A figure of the step that is chosen, under what chooses it. */
export function Step({ chart, figure, choice, looked: { look, waiting, error, again } }: { chart: StepChart; figure?: string; choice: StepChoice; looked: Looked }) {
  const Figure = figures[chart];
  return (
    <div className={css.step}>
      <Chooser choice={choice} />
      {error ? (
        <div role="alert">
          <Note sign="err">{error}</Note>
          <Button small onClick={again}>
            {w.again}
          </Button>
        </div>
      ) : (
        <p role="status" className={css.status} data-waiting={waiting || undefined}>
          {waiting ? w.waiting : look && w.loss(look.loss)}
        </p>
      )}
      {look && (
        <div className={waiting ? css.old : undefined} aria-busy={waiting}>
          <Figure look={look} choice={choice} figure={figure} />
        </div>
      )}
    </div>
  );
}

function Chooser({ choice: { method, step } }: { choice: StepChoice }) {
  return (
    <div className={css.chooser}>
      <Segmented label={w.method} value={method} options={(Object.keys(METHODS) as StepChoice['method'][]).map((value) => ({ value, text: methodLook(value).title }))} onChange={(value) => useStepChoice.setState({ method: value })} />
      <Segmented label={w.step} value={String(step)} options={STEPS.map((value) => ({ value: String(value), text: w.stepOf(value) }))} onChange={(value) => useStepChoice.setState({ step: STEPS.find((one) => String(one) === value)! })} />
    </div>
  );
}

interface FigureProps {
  look: StepLook;
  choice: StepChoice;
  /** One of the part's figures alone. */
  figure?: string;
}

const phases = ['forward', 'backward'] as const;

const figures: Record<StepChart, (props: FigureProps) => ReactNode> = { stepModel: Model, stepLayer: OfLayer, stepNumbers: Numbers, stepKernel: Kernel };

const nameOf = ({ block }: StepPart, first: boolean): string => (block !== null ? w.block(block) : first ? w.before : w.after);

/** The model's parts side by side, each with what it takes forward and backward; a block's heading chooses it. */
function Model({ look, figure }: FigureProps) {
  const { block } = placeOf(look.layer.name);
  const most = Math.max(...look.parts.flatMap(({ forward, backward }) => [forward.work, backward.work]));
  const choose = (at: number) => {
    const { end } = placeOf(look.layer.name);
    const inBlock = look.layers.filter((one) => one.block === at);
    useStepChoice.setState({ layer: defined(inBlock.find(({ name }) => placeOf(name).end === end) ?? inBlock[0]).name });
  };
  const row = (phase: 'forward' | 'backward', fact: keyof StepFacts, write: (value: number) => string) => (
    <tr key={fact}>
      <th scope="row">{w.head[fact]}</th>
      {look.parts.map((part, i) => (
        <td key={i}>
          {write(part[phase][fact])}
          {fact === 'work' && <i aria-hidden="true" className={css.bar} style={{ width: `${(100 * part[phase].work) / most}%` }} />}
        </td>
      ))}
    </tr>
  );
  return (
    <figure className={css.figure}>
      <div className={css.wide} role="region" aria-label={w.parts} tabIndex={0}>
        <table className={css.parts}>
          <thead>
            <tr>
              <td />
              {look.parts.map((part, i) => (
                <th key={i} scope="col">
                  {part.block === null ? (
                    nameOf(part, i === 0)
                  ) : (
                    <Button small pressed={String(part.block) === block} onClick={() => choose(part.block!)}>
                      {nameOf(part, false)}
                    </Button>
                  )}
                </th>
              ))}
            </tr>
            <tr>
              <th scope="row">{w.head.shape}</th>
              {look.parts.map(({ shape }, i) => (
                <td key={i}>{w.sizes(shape)}</td>
              ))}
            </tr>
          </thead>
          {phases.filter((phase) => !figure || figure === phase).map((phase) => (
            <tbody key={phase}>
              <tr>
                <th scope="rowgroup" colSpan={look.parts.length + 1} className={css.phase}>
                  {w.phases[phase]}
                </th>
              </tr>
              {row(phase, 'dispatches', formatCount)}
              {row(phase, 'work', w.work)}
              {row(phase, 'weights', w.mib)}
              {row(phase, 'written', w.mib)}
            </tbody>
          ))}
        </table>
      </div>
      <figcaption>{w.total(look)}</figcaption>
    </figure>
  );
}

/** Fixed bases that the layer's dispatches read, by name. */
const basesOf = ({ dispatches }: StepLayer) => [...new Map(dispatches.flatMap(({ reads }) => reads.filter(({ role }) => role === 'bases')).map((one) => [one.label, { name: one.label.replace(/^.*\./, ''), shape: one.shape, count: 1 }])).values()];

/** The chosen layer: its matrices, what learns, and its dispatches. */
function OfLayer({ look, choice, figure }: FigureProps) {
  return (
    <div className={css.figure}>
      <Layers look={look} />
      {(!figure || figure === 'layer') && <Matrices look={look} choice={choice} />}
      {figure !== 'layer' && <Dispatches look={look} choice={choice} figure={figure} />}
    </div>
  );
}

function Matrices({ look: { layer }, choice: { method } }: FigureProps) {
  const { pieces, drawn, width, height } = matricesPicture({ common: [], shared: basesOf(layer), weights: [] }, { in: layer.in, out: layer.out, matrices: 1, trained: layer.trained.map(({ name, shape }) => ({ name, shape, count: 1 })), fixed: [], parameters: 0 });
  const names = [w.weight(layer), ...drawn.map(({ name, shape }) => w.tensor(name, shape))];
  return (
    <figure className={`${css.figure} ${identity(method)}`}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMinYMin" className={css.matrices} role="img" aria-label={w.picture(names)}>
        {pieces.map(({ kind, ...box }, i) => (
          <rect key={i} {...box} className={css[kind]} />
        ))}
      </svg>
      <figcaption>
        {w.picture(names)}. {w.flow(layer)} {w.forms[layer.form]} {layer.together.length > 1 && w.together(layer.together.map((name) => placeOf(name).end))}
      </figcaption>
      <Trained layer={layer} />
    </figure>
  );
}

function Layers({ look: { layer, layers } }: { look: StepLook }) {
  const inBlock = layers.filter(({ name }) => placeOf(name).block === placeOf(layer.name).block);
  return (
    <p className={css.layers}>
      {w.block(Number(placeOf(layer.name).block))} <Segmented label={w.choose} value={layer.name} options={inBlock.map(({ name }) => ({ value: name, text: placeOf(name).end }))} onChange={(name) => useStepChoice.setState({ layer: name })} />
    </p>
  );
}

const Head = ({ texts }: { texts: readonly string[] }) => (
  <thead>
    <tr>
      {texts.map((text) => (
        <th key={text} scope="col">
          {text}
        </th>
      ))}
    </tr>
  </thead>
);

function Trained({ layer }: { layer: StepLayer }) {
  return (
    <table className={css.table}>
      <caption>{w.trained}</caption>
      <Head texts={w.trainedHead} />
      <tbody>
        {layer.trained.map(({ name, shape, norm, gradient }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{w.sizes(shape)}</td>
            <td>{formatValue(norm)}</td>
            <td>{formatValue(gradient)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The dispatch that is chosen; the layer's first where none of it is. */
const chosenOf = (dispatches: readonly StepDispatch[], index: number): StepDispatch => defined(dispatches.find((one) => one.index === index) ?? dispatches[0]);

function Dispatches({ look: { layer }, choice, figure }: FigureProps) {
  const chosen = chosenOf(layer.dispatches, choice.dispatch);
  const bound = (tensors: StepDispatch['reads']) => tensors.map(({ binding, shape }) => w.tensor(binding, shape)).join('; ');
  return (
    <figure className={css.wide} aria-label={w.dispatches} tabIndex={0}>
      <table className={css.table}>
        <caption>{w.dispatches}</caption>
        <Head texts={w.dispatchHead} />
        <tbody>
          {layer.dispatches.filter(({ phase }) => !figure || figure === phase).map((one) => (
            <tr key={one.index}>
              <th scope="row">
                <Button small pressed={one === chosen} label={w.show(one.index)} onClick={() => useStepChoice.setState({ dispatch: one.index })}>
                  {formatCount(one.index)}
                </Button>
              </th>
              <td>{w.phase[one.phase]}</td>
              <td>{whatOf(one, layer)}</td>
              <td>{one.kernel}</td>
              <td>{bound(one.reads)}</td>
              <td>{bound(one.writes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** What a dispatch does, in short: names of the model are left out, and what is the same of several layers is said once. */
function whatOf({ label }: StepDispatch, { name, together }: StepLayer): string {
  const start = name.replace(/\d+\..*$/, '');
  const short = (word: string): string => {
    const own = together.find((one) => word.startsWith(`${one}.`));
    return own ? word.slice(own.length + 1) : word.startsWith(start) ? placeOf(word).end : word;
  };
  const text = label.replaceAll('base_model.model.', '').split(' ').map(short).join(' ');
  return text.replace(/(\S+)( \+ \1)+/g, '$1') || w.ofLayer;
}

/** The numbers of one token of the picture, on their way through the layer and back. */
function Numbers({ look, choice }: FigureProps) {
  const { layer, tokens, before, side, label, picture } = look;
  const id = useId();
  const token = Math.min(choice.token, tokens - 1);
  const where = w.tokenOf(token, before, side);
  const rows = Object.entries(w.rows).flatMap(([key, name]) => {
    const found = layer[key as keyof typeof w.rows];
    return found ? [{ key, name, found }] : [];
  });
  const patch = token - before;
  return (
    <figure className={css.figure}>
      <Layers look={look} />
      <div className={css.tokens}>
        <div className={css.picture} role="img" aria-label={w.pictureOf(label, where)}>
          <Pixels picture={picture} />
          {patch >= 0 && <i style={{ left: `${(100 * (patch % side)) / side}%`, top: `${(100 * Math.floor(patch / side)) / side}%`, width: `${100 / side}%`, height: `${100 / side}%` }} />}
        </div>
        <div className={css.slider}>
          <label htmlFor={id}>{w.token}</label>
          <output htmlFor={id}>
            {formatCount(token)}: {where}
          </output>
          <input id={id} type="range" min={0} max={tokens - 1} value={token} aria-valuetext={`${token}: ${where}`} onChange={({ target }) => useStepChoice.setState({ token: target.valueAsNumber })} />
        </div>
      </div>
      <dl className={css.rows}>
        {rows.map(({ key, name, found }) => (
          <Row key={key} name={name} row={found} token={token} />
        ))}
      </dl>
      <figcaption>{w.rowsCaption}</figcaption>
    </figure>
  );
}

function Row({ name, row: { width, values }, token }: { name: string; row: StepRows; token: number }) {
  const row = values.subarray(token * width, (token + 1) * width);
  const most = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return (
    <>
      <dt>
        {name} <small>{most > 0 ? w.span(most) : w.zero}</small>
      </dt>
      <dd>
        <span className={css.values}>
          {Array.from(row.subarray(0, WRITTEN), (value, i) => (
            <span key={i}>{formatValue(value)}</span>
          ))}
          <small>{w.shown(Math.min(WRITTEN, width), width)}</small>
        </span>
        <MatrixPicture matrix={row} columns={width} rows={1} most={most || 1} label={w.row(name, width)} className={css.strip} />
      </dd>
    </>
  );
}

function Pixels({ picture: { width, height, rgba } }: Pick<StepLook, 'picture'>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(width, height);
    image.data.set(rgba);
    context.putImageData(image, 0, 0);
  }, [width, height, rgba]);
  return <canvas ref={canvas} width={width} height={height} />;
}

/** A kernel's text, scrolled to where it begins: functions that it shares with others stand above. */
function Text({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const lines = text.split('\n');
    box.current!.scrollTop = (box.current!.scrollHeight * lines.findIndex((line) => line.includes('@compute'))) / lines.length;
  }, [text]);
  return (
    <pre ref={box} className={css.text} role="region" tabIndex={0} aria-label={label}>
      <code>{text}</code>
    </pre>
  );
}

/** The text of the kernel that one of the layer's dispatches ran, and how it was started. */
function Kernel({ look: { layer, sources, processor }, choice }: FigureProps) {
  const chosen = chosenOf(layer.dispatches, choice.dispatch);
  const { entry, text, constants } = defined(sources[chosen.source]);
  const [groups, each] = [chosen.grid, chosen.workgroup].map((sizes) => sizes.reduce((product, size) => product * size, 1)) as [number, number];
  const facts: Record<keyof typeof w.facts, string> = {
    entry, workgroup: w.sizes(chosen.workgroup), grid: w.sizes(chosen.grid), invocations: formatCount(groups * each),
    constants: Object.entries(constants).map(([name, value]) => `${name} = ${value}`).join(', '),
  };
  return (
    <figure className={css.figure}>
      <div className={css.layers}>
        {w.dispatch} <Segmented label={w.dispatch} value={String(chosen.index)} options={layer.dispatches.map(({ index }) => ({ value: String(index), text: String(index) }))} onChange={(index) => useStepChoice.setState({ dispatch: Number(index) })} />
      </div>
      <p>
        <b>{chosen.kernel}</b>: {whatOf(chosen, layer)}, {w.phase[chosen.phase]}
      </p>
      <dl className={css.facts}>
        {(Object.keys(facts) as (keyof typeof facts)[]).filter((name) => facts[name]).map((name) => (
          <div key={name}>
            <dt>{w.facts[name]}</dt>
            <dd>{facts[name]}</dd>
          </div>
        ))}
      </dl>
      <Text key={chosen.source} text={text} label={w.text(chosen.kernel)} />
      <figcaption>{processor ? w.compiled : w.ran}</figcaption>
    </figure>
  );
}
