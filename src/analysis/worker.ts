import type { LayerIntruders } from '../adapters/intruders.meta';
import { DataError, type Dataset } from '../data/source';
import type { Along, AlongEvent, AlongSpec, AnalysisWorker, Inside, InsideEvent, InsideSpec, Landscape, LandscapeEvent, LandscapeSpec, RunFiles } from './analysis.meta';
import { Job } from '../train/job';
import type { RunSpec } from '../train/protocol';
import type { TryoutHost } from '../train/tryout';
import { along } from './along';
import { findIntruders, inside } from './inside';
import { landscape } from './landscape';

/** Milliseconds between two messages of measured points. */
const EVENT_MS = 200;

/** The analyses as the studio offers them to the page: one at a time, with an end from outside. */
export class Analyses implements AnalysisWorker {
  private readonly work = new Job('Another analysis is going on; wait until it has ended, or cancel it.');

  constructor(private readonly host: TryoutHost) {}

  async landscape(runs: RunSpec[], spec: LandscapeSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: LandscapeEvent) => void): Promise<Landscape> {
    return this.work.run(async (signal) => sentence(landscape(await this.host.device(), { ...(await this.open(runs)), files }, spec, { signal, onEvent: seldom(onEvent) }), signal));
  }

  async inside(runs: RunSpec[], spec: InsideSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: InsideEvent) => void): Promise<Inside> {
    return this.work.run(async (signal) => sentence(inside(await this.host.device(), { ...(await this.open(runs)), files, original: await this.original(spec) }, spec, { signal, onEvent }), signal));
  }

  async intruders(runs: RunSpec[], top: number, files: (run: string) => Promise<RunFiles>, onEvent: (event: InsideEvent) => void): Promise<LayerIntruders[][]> {
    return this.work.run(async (signal) => sentence(findIntruders(await this.host.device(), { ...(await this.open(runs)), files }, top, { signal, onEvent }), signal));
  }

  async along(run: RunSpec, spec: AlongSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: AlongEvent) => void): Promise<Along> {
    return this.work.run(async (signal) => sentence(along(await this.host.device(), { ...(await this.open([run])), files, original: await this.original(spec) }, spec, { signal, onEvent }), signal));
  }

  cancelAnalysis(): void {
    this.work.cancel();
  }

  /** Settles when what goes on now has ended. */
  get ended(): Promise<unknown> {
    return this.work.ended;
  }

  private async open(runs: RunSpec[]) {
    const [first] = runs;
    if (!first) throw new DataError('Choose runs first.');
    return { ...(await this.host.reading(first)), runs };
  }

  private async original({ original: id }: { original?: string }): Promise<Dataset | null> {
    if (id === undefined) return null;
    const data = await this.host.data(id);
    if (!data) throw new DataError(`The data set ${id} is not open any more; choose it again.`);
    return data;
  }
}

/** A cancel says so in a sentence. */
async function sentence<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) throw new DataError('Cancelled; nothing was measured yet.');
    throw error;
  }
}

/** Gathers points and passes them on a few times a second, before anything else is said. */
function seldom(onEvent: (event: LandscapeEvent) => void): (event: LandscapeEvent) => void {
  let points: Extract<LandscapeEvent, { type: 'points' }>['points'] = [];
  let lastSent = 0;
  const flush = () => {
    if (points.length) onEvent({ type: 'points', points });
    points = [];
  };
  return (event) => {
    if (event.type === 'points') points.push(...event.points);
    const late = performance.now() - lastSent >= EVENT_MS;
    if (event.type !== 'points' && event.type !== 'progress') {
      flush();
      return onEvent(event);
    }
    if (!late && !(event.type === 'progress' && event.done === event.total)) return;
    lastSent = performance.now();
    flush();
    if (event.type === 'progress') onEvent(event);
  };
}
