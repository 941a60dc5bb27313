import { Adapted } from '../adapters/adapted';
import { shapesOf } from '../adapters/shapes';
import { isDevice } from '../engine/device';
import { compileAhead } from '../engine/pipelines';
import type { DeviceReport } from '../engine/report';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { formOf, openTask } from '../tasks';
import { withNames } from '../tasks/classTexts';
import { budgetRows } from '../train/budget';
import { completeTrain, keptTrain, totalSteps } from '../train/config';
import { mostMeasured } from '../train/feeds';
import { solveMatch } from '../train/match';
import { planRun, type PlannedRun, type Plans } from '../train/plan';
import { stepSeconds } from '../train/stepTime';
import type { MethodConfig, ReadTexts, RunSpec, TrainConfig } from '../train/protocol';
import type { PlanWorker } from './protocol';
import { runSplits } from '../train/split';
import type { Devices } from './devices';
import type { Library } from './library';

/** Says what runs will take, before they start. */
export class Planning implements PlanWorker {
  private matching: AbortController | null = null;

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
    private readonly plans: Plans,
  ) {}

  async plan(spec: RunSpec): ReturnType<PlanWorker['plan']> {
    return (await this.planned(spec)).plan;
  }

  async shapes(spec: RunSpec): ReturnType<PlanWorker['shapes']> {
    return shapesOf((await this.adapted(spec)).adapted);
  }

  async prepare(specs: RunSpec[]): Promise<(number | null)[]> {
    this.devices.preparing.abort();
    const { signal } = (this.devices.preparing = new AbortController());
    const device = await this.devices.openDevice();
    await this.devices.testing.ended;
    const seconds: (number | null)[] = specs.map(() => null);
    const each = async (job: (run: PlannedRun, i: number) => Promise<void>) => {
      for (const [i, spec] of specs.entries()) {
        if (signal.aborted || this.devices.running) return;
        await this.planned(spec).then((run) => job(run, i)).catch(() => {});
      }
    };
    if (!isDevice(device)) return seconds;
    await each(({ programs }) => compileAhead(device, programs.rec, signal));
    await each(async (run, i) => {
      await this.devices.timing;
      if (!this.devices.stepTimes.has(run.programs)) {
        const { train, planned } = await this.steps(defined(specs[i]));
        const found = stepSeconds(device, run, train, planned, signal);
        this.devices.timing = found.catch(() => {});
        this.devices.stepTimes.set(run.programs, await found);
      }
      seconds[i] = this.devices.stepTimes.get(run.programs)!;
    });
    return seconds;
  }

  private async planned(spec: RunSpec): Promise<PlannedRun> {
    const { train, reading: { model, data, feedOf }, adapted } = await this.adapted(spec);
    const splits = runSplits(data, train);
    const measured = mostMeasured([splits.follow, splits.test], feedOf);
    return this.plans.of(model, adapted, train, totalSteps(train, splits.train.count).steps, await this.report(), { measured });
  }

  /** Settings of a run, and its steps on other numbers of rows, which nothing but a timing needs. */
  private async steps(spec: RunSpec): Promise<{ train: TrainConfig; planned: (batch: number) => PlannedRun }> {
    const [{ adapted, train }, about] = [await this.adapted(spec), await this.report()];
    return { train, planned: (batch) => planRun(adapted, { ...train, batch, accumulate: 1 }, 0, about) };
  }

  private async report(): Promise<DeviceReport | undefined> {
    const device = await this.devices.openDevice();
    return isDevice(device) ? device.report : undefined;
  }

  /** The run's model with its method on it, without weights. */
  private async adapted(spec: RunSpec) {
    const train = keptTrain(spec.train);
    const known = await this.library.knownModel(spec.model);
    // What edits name and few shots draw is told by the images themselves, and how long texts are by the texts.
    const byRows = known.net.language !== undefined || spec.edits !== undefined || train.shots > 0;
    const reading = await this.library.readings.of(known, await (byRows ? this.library.data(spec.data) : this.library.knownData(spec.data)), spec);
    const task = await openTask({ model: reading.model, classes: reading.data.classes, method: spec.method, train, ownHead: false, hasHead: false });
    const net = train.image_size ? task.model.with({ image_size: train.image_size }) : task.model;
    return { train, reading, adapted: new Adapted(net, spec.method) };
  }

  async budget(id: string, target_modules: string | string[], classes: readonly string[], parameters: number, train: TrainConfig, maxWork: number, only?: readonly string[], texts?: ReadTexts): ReturnType<PlanWorker['budget']> {
    const config = completeTrain(train);
    return budgetRows(await this.sized(id, classes, config, texts), target_modules, parameters, config, maxWork, only);
  }

  /** A model with these classes, as runs with these settings train it. */
  private async sized(id: string, classes: readonly string[], { loss, image_size }: TrainConfig, texts?: ReadTexts): Promise<Model> {
    const known = await this.library.knownModel(id);
    const { net, tokenizer } = texts ? (await this.library.readings.of(known, await this.library.data(texts.data), texts)).model : known;
    const form = formOf(net, loss).with({ labels: [...classes], ...(image_size ? { image_size } : {}) });
    return tokenizer ? withNames(form, await tokenizer()) : form;
  }

  async match(id: string, target_modules: string | string[], classes: readonly string[], by: 'memory' | 'time', amount: number, reference: MethodConfig, train: TrainConfig, only?: readonly string[], texts?: ReadTexts): ReturnType<PlanWorker['match']> {
    this.matching?.abort();
    const { signal } = (this.matching = new AbortController());
    const config = completeTrain(train);
    const model = await this.sized(id, classes, config, texts);
    const device = await this.devices.openDevice();
    return solveMatch({ model, target_modules, by, amount, reference, train: config, device: isDevice(device) ? device.report : undefined, signal, only });
  }
}
