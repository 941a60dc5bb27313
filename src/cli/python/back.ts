import { join } from 'node:path';
import { Adapted } from '../../adapters/adapted';
import { FROZEN, trainsOf } from '../../adapters/fields';
import type { Arrays } from '../../adapters/method';
import type { Device } from '../../engine/device';
import { folderTree } from '../../io/fileTree.node';
import { openSafetensors, treeAccess, type TensorSource } from '../../io/safetensors';
import { TEXT_HEAD, withTextHead } from '../../models/byText';
import { defined } from '../../numbers/defined';
import { logitsOf } from '../../train/logits';
import { openModel } from '../../train/openModel';
import { openSaved } from '../../train/openTrained';
import { maxError } from '../../testing/checkOp';
import type { Case } from './cases';
import type { Written } from './write';

const tensorsOf = async (path: string): Promise<TensorSource> => {
  const tree = await folderTree(path);
  return openSafetensors(await treeAccess(tree, defined(tree.paths()[0])));
};

/**
 * Opens what train.py has saved: with its classes' names, and computing what Python says of it. Returns the largest
 * difference, of the largest logit. Throws what opening throws.
 */
export async function comesBack(device: Device, { method }: Case, w: Pick<Written, 'base' | 'probe' | 'text' | 'labels' | 'image_size'> & { out: string }): Promise<number> {
  const probe = await tensorsOf(w.probe);
  const pixels = await probe.readF32('pixel_values');
  const want = await (await tensorsOf(join(w.out, 'logits.safetensors'))).readF32('logits');
  const base = await openModel(await folderTree(w.base));
  const head: Arrays = probe.has(TEXT_HEAD) ? { [TEXT_HEAD]: await probe.readF32(TEXT_HEAD) } : {};
  const onHead = (net: typeof base.net) => (w.text ? withTextHead(net, w.labels) : net);
  const tree = await folderTree(w.out);
  let got: Float32Array;
  let labels: string[];
  if (trainsOf(method.method) === 'weights') {
    const model = await openModel(tree);
    const adapted = new Adapted(onHead(model.net).with({ image_size: w.image_size }), FROZEN);
    labels = adapted.model.labels;
    got = await logitsOf(device, { adapted, source: model.source, values: head, pixels });
  } else {
    const { adapted, values } = await openSaved(tree, onHead(base.net), base.source);
    labels = adapted.model.labels;
    got = await logitsOf(device, { adapted, source: base.source, values: { ...values, ...head }, pixels });
  }
  if (labels.join() !== w.labels.join()) throw new Error(`its classes are ${labels.join(', ')}, not ${w.labels.join(', ')}`);
  const difference = maxError(got, want);
  if (!(difference < 5e-5)) throw new Error(`its logits differ by ${difference.toExponential(1)}`);
  return difference;
}
