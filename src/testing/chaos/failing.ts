import type { SavedFile } from '../../adapters/files';
import type { Dataset } from '../../data/source';
import { isDevice, openDevice, type Device } from '../../engine/device';
import { FullrankError } from '../../errors/errors';
import { plainText } from '../../errors/text';
import { bytesAccess, openSafetensors } from '../../io/safetensors';
import { completeTrain } from '../../train/config';
import { evaluateOn } from '../../train/evaluateOn';
import { trainBatches } from '../../train/feeds';
import type { LoadedModel } from '../../train/openModel';
import { openTrained } from '../../train/openTrained';
import { Plans } from '../../train/plan';
import type { Evaluation, RunError, RunSpec, TrainConfig } from '../../train/protocol';
import { Session } from '../../train/session';
import { runSplits } from '../../train/split';
import { tinyData, tinyModel } from '../tiny';
import { refusing, type Refusable, type Refusing } from './refusing';
import { inTime, unclear, type FailingPart } from './sweep';

/** A run of a tiny model whose device refuses one of its requests, and what is promised of the run then. */

/** Ending of a run that was refused something, in the words of the table. */
export type Ending = 'no device' | 'begun anew' | 'resumed' | 'in more parts' | 'measured anew' | 'unharmed';

/** Inputs of a run. */
export interface Story {
  spec: RunSpec;
  model: LoadedModel;
  data: Dataset;
}

const STEPS = 6;
/** The step of the only checkpoint, and the one before the step that is timed. */
const [CHECKPOINT, TIMED] = [3, 4];
/** Six steps with a checkpoint, evaluations, snapshots, and a step that is timed by kernel. */
export async function story(train: Partial<TrainConfig> = {}): Promise<Story> {
  const config = completeTrain({ steps: STEPS, batch: 4, train_limit: 0, eval_every: 2, checkpoint_every: CHECKPOINT, snapshots: 2, ...train });
  return { spec: { id: 'failing', name: 'failing', model: 'tiny', data: 'tiny', method: { method: 'lora', r: 2 }, train: config }, model: await tinyModel(), data: tinyData(12, 6) };
}

/** Everything that a run reported until it ended. */
interface Outcome {
  losses: Map<number, number>;
  checkpoint: Uint8Array | null;
  snapshots: Uint8Array[];
  files: SavedFile[] | null;
  finished: boolean;
  failures: RunError[];
  /** Batches are computed in parts. */
  divided: boolean;
  /** Evaluation of its files afterwards, or the error that it threw. */
  measured: Evaluation | null;
  thrown: unknown;
}

async function train(device: Device, { spec, model, data }: Story, resume?: Uint8Array | null, plans = new Plans()): Promise<Outcome> {
  const outcome: Outcome = { losses: new Map(), checkpoint: null, snapshots: [], files: null, finished: false, failures: [], divided: false, measured: null, thrown: null };
  const splits = runSplits(data, spec.train);
  const session = new Session({ spec, model, batches: trainBatches(splits.train, model, spec.train), splits, classes: data.classes, device, resume, plans }, (event) => {
    if (event.type === 'step') {
      outcome.losses.set(event.point.step, event.point.loss);
    } else if (event.type === 'phase' && event.phase === 'train' && event.done === TIMED) session.time();
    else if (event.type === 'planned') outcome.divided = event.plan.micro_batches !== undefined;
    else if (event.type === 'checkpoint') outcome.checkpoint = event.bytes;
    else if (event.type === 'snapshot') outcome.snapshots.push(event.bytes);
    else if (event.type === 'adapter') outcome.files = event.files;
    else if (event.type === 'finished') outcome.finished = true;
    else if (event.type === 'failed') outcome.failures.push(event.error);
  });
  await session.run();
  await measure(device, { spec, model, data }, outcome);
  return outcome;
}

/** Measures the files that a run has left, as a person does who opens them. */
async function measure(device: Device, { spec, model, data }: Story, outcome: Outcome): Promise<void> {
  outcome.thrown = null;
  if (!outcome.files) return;
  try {
    const opened = await openTrained(device, { spec, files: outcome.files, model, data });
    outcome.measured = await evaluateOn(device, { model, ...opened }, data.test, data.classes.length, spec.train, { step: STEPS });
  } catch (error) {
    outcome.thrown = error;
  }
}

/** Runs that nothing befell. */
export interface Undisturbed {
  whole: Outcome;
  /** The same in two parts of each batch, as one ends of which the first memory was refused. */
  divided: Outcome;
  asked: Refusing['asked'];
}

/** Batches in two parts, as on a device that has not given memory for whole ones. */
class Halves extends Plans {
  override of(...[model, adapted, config, steps, device, how]: Parameters<Plans['of']>): ReturnType<Plans['of']> {
    return super.of(model, adapted, config, steps, device, { ...how, least: 2 });
  }
}

async function opened(gpu: GPU): Promise<Device> {
  const device = await openDevice(gpu);
  if (!isDevice(device)) throw new Error(device.message);
  return device;
}

export async function undisturbed(gpu: GPU, of: Story): Promise<Undisturbed> {
  const counting = refusing(gpu, null);
  const device = await opened(counting.gpu);
  const whole = await train(device, of);
  device.destroy();
  let divided = whole;
  if (of.spec.train.batch > 1) {
    const other = await opened(gpu);
    divided = await train(other, of, null, new Halves());
    other.destroy();
  }
  for (const { finished, failures, thrown } of [whole, divided]) if (!finished || thrown !== null) throw new Error(`a run that nothing befell has not ended: ${failures[0]?.message ?? String(thrown)}`);
  if (!whole.checkpoint) throw new Error('a run that nothing befell has left no checkpoint');
  return { whole, divided, asked: counting.asked };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Difference of a run from an undisturbed one; empty if there is none. */
function differs(run: Outcome, whole: Outcome): string {
  if (!run.finished) return run.failures[0]?.message ?? 'it has not ended';
  for (const [step, loss] of whole.losses) {
    if (run.losses.get(step) !== loss) return `the loss of step ${step} is ${run.losses.get(step)}, not ${loss}`;
  }
  for (const { path, bytes } of whole.files ?? []) {
    const found = run.files?.find((file) => file.path === path);
    if (!found || !sameBytes(found.bytes, bytes)) return `${path} is another one`;
  }
  if (run.thrown !== null) return `its evaluation threw ${run.thrown instanceof Error ? run.thrown.message : plainText(run.thrown)}`;
  return JSON.stringify(run.measured) === JSON.stringify(whole.measured) ? '' : 'its evaluation is another one';
}

/** Trains once with the `n`-th of a kind refused, and again as a person would. How it ended; throws where a promise is broken. `uncaught` says what nobody has caught since it was last asked. */
export async function failOnce(gpu: GPU, of: Story, { whole, divided }: Undisturbed, kind: Refusable, n: number, uncaught: () => Promise<string[]>): Promise<Ending> {
  const refusal = refusing(gpu, kind, n);
  const broken = (why: string): never => {
    throw new Error(why);
  };
  const device = await inTime(openDevice(refusal.gpu));
  if (!device) return broken('no device in time');
  /** Opened where that one can be used no more. */
  const others: Device[] = [];
  try {
    if (!isDevice(device)) {
      if (unclear('', device.message)) broken(`no device: ${unclear('', device.message)}`);
      return 'no device';
    }
    const outcome = await inTime(train(device, of));
    if (!outcome) return broken('it does not end');
    if (!refusal.refused()) broken('nothing was refused');
    const loose = [...device.errors, ...(await uncaught())];
    if (loose.length > 0) broken(`nobody caught: ${loose[0]}`);
    if (JSON.stringify(device.ledger) !== '{}') broken(`the ledger has ${JSON.stringify(device.ledger)} afterwards`);
    if (refusal.living().length > 0) broken(`not destroyed: ${refusal.living().join(', ')}`);
    if (refusal.scopes() > 0) broken(`${refusal.scopes()} error scopes are still open`);
    for (const bytes of [outcome.checkpoint, ...outcome.snapshots]) if (bytes) await openSafetensors(bytesAccess(bytes));
    if (outcome.finished !== (outcome.failures.length === 0) || outcome.failures.length > 1) broken(`it has ${outcome.finished ? '' : 'not '}ended, with ${outcome.failures.length} failures`);
    const by = outcome.divided ? divided : whole;
    const next = async (): Promise<Device> => ((await device.usable()) ? device : (others[0] ??= await opened(gpu)));
    if (outcome.finished && outcome.thrown === null) {
      const other = differs(outcome, by);
      if (other) broken(`it went on, and ${other}`);
      return outcome.divided ? 'in more parts' : 'unharmed';
    }
    if (outcome.finished) {
      const why = outcome.thrown instanceof FullrankError ? unclear(outcome.thrown.name, outcome.thrown.message) : `threw ${String(outcome.thrown)}`;
      if (why) broken(`its evaluation ${why}`);
      await measure(await next(), of, outcome);
      const other = differs(outcome, by);
      if (other) broken(`it ended, and when measured again ${other}`);
      return 'measured anew';
    }
    for (const { details, message, kept } of outcome.failures) {
      const why = unclear(details.split(':')[0] ?? '', message) || unclear('', kept);
      if (why) broken(why);
    }
    const run = await inTime(train(await next(), of, outcome.checkpoint));
    if (!run) return broken('the run that goes on does not end');
    // Until the checkpoint they are those of the run that failed.
    const from = outcome.checkpoint ? CHECKPOINT : 0;
    const losses = new Map([...[...outcome.losses].filter(([step]) => step <= from), ...run.losses]);
    const other = differs({ ...run, losses }, whole);
    if (other) broken(`after ${outcome.checkpoint ? 'its checkpoint' : 'its failure'} (${outcome.failures[0]?.message ?? ''}): ${other}`);
    return outcome.checkpoint ? 'resumed' : 'begun anew';
  } finally {
    for (const one of [device, ...others]) if (isDevice(one)) one.destroy();
  }
}

/** Each of a kind that a run asks a device for, refused once. */
export const devicePart = (gpu: () => GPU | Promise<GPU>, of: () => Promise<Story>, kind: Refusable, uncaught: () => Promise<string[]> = async () => []): FailingPart => ({
  async open() {
    const [device, outcome] = [await gpu(), await of()];
    const nothing = await undisturbed(device, outcome);
    await uncaught();
    return { there: nothing.asked[kind], once: (n) => failOnce(device, outcome, nothing, kind, n, uncaught) };
  },
});
