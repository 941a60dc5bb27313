import { PreTrainedModel } from '../api/models';
import { get_peft_model } from '../api/peft';
import { Trainer } from '../api/trainer';
import type { Device } from '../engine/device';
import { keptTrain } from '../train/config';
import type { LoadedModel } from '../train/openModel';
import type { Plans } from '../train/plan';
import type { RunSpec } from '../train/protocol';
import type { Reading } from '../train/readings';

/** The package's trainer of a run of the page, which has a name of its own, edits of its data, and data that are read already. */
export class RunTrainer extends Trainer {
  constructor(
    device: Device,
    private readonly asked: RunSpec,
    private readonly read: Reading<LoadedModel>,
    plans?: Plans,
  ) {
    const train = keptTrain(asked.train);
    super({ model: get_peft_model(new PreTrainedModel(device, read.model, train.frozen_dtype), asked.method), args: train, train_dataset: read.data, plans });
  }

  protected override get spec(): RunSpec {
    return { ...this.asked, train: this.args };
  }

  protected override reading(): Promise<Reading<LoadedModel>> {
    return Promise.resolve(this.read);
  }
}
