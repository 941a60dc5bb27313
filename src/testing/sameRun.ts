import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { builtinData } from '../data/builtin';
import { safetensorsPair } from '../data/safetensorsPair';
import { fetchTree } from '../io/fileTree';
import { builtinModels } from '../models/builtin';
import { completeTrain } from '../train/config';
import { openImageModel } from '../train/openModel';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import type { RunSpec } from '../train/protocol';
import { mustOpen } from './checkOp';
import { trainRun } from './trainRun';

const model = defined(builtinModels.find(({ id }) => id === 'vit-nano'));
/** Of raw pixels, which no decoder has rounded. */
const set = defined(builtinData.find(({ id }) => id === 'fashion-mnist'));

/** Its inputs on the host are drawn, cropped, mixed and scheduled with functions that every browser rounds in its own way. */
const spec: RunSpec = {
  id: 'same',
  name: 'same',
  model: model.id,
  data: set.id,
  method: { method: 'randlora', r: 8 },
  train: completeTrain({ steps: 5, batch: 8, lr: 0.01, train_limit: 100, test_limit: 20, eval_every: 0, warmup_steps: 1, layer_decay: 0.9, crop: true, flip: true, mixup_alpha: 0.4, cutmix_alpha: 1 }),
};

/** Trains a bundled model on bundled pictures for five steps; SHA-256 of the losses (in f64) and of the files that it leaves, which are to be those of same.ts. `base`: the page's root address. */
export async function sameRun(gpu: GPU, base: string): Promise<{ losses: string; files: string; errors: string[] }> {
  const device: Device = await mustOpen(gpu);
  const { losses, files, summary } = await trainRun(device, {
    spec,
    model: await openImageModel(fetchTree(model.id, base + model.path, model.files)),
    data: await safetensorsPair.open(fetchTree(set.id, base + set.path, set.files)),
  });
  const { errors } = device;
  device.destroy();
  const left = sha256.create();
  for (const { path, bytes } of files.filter(({ path }) => path.endsWith('.safetensors'))) left.update(new TextEncoder().encode(path)).update(bytes);
  return { losses: bytesToHex(sha256(new Uint8Array(Float64Array.of(...losses, summary.final!.loss).buffer))), files: bytesToHex(left.digest()), errors };
}
