import { adapterLabel, type Adapted, type Form } from '../adapters/adapted';
import { DataError } from '../data/source';
import { writeSafetensors, type TensorData, type TensorSource } from '../io/safetensors';
import { TEXT_HEAD, withTextHead } from '../models/clip/clip';
import type { VisionModel } from '../models/model';
import { oneStep } from '../train/oneStep';
import { openModel } from '../train/openModel';
import { openAdapter } from './adapter';
import { methodFlag, methodFlags, UsageError, type Command, type Given } from './command';
import { modelTree, openTensors, writeWhole } from './files';
import { withDevice } from './gpu';

export const command: Command = {
  help: 'one forward and backward in evaluation mode: logits, loss and every gradient, for comparing with PyTorch',
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    methodFlag,
    { name: 'batch', kind: 'text', value: 'FILE', required: true, help: 'safetensors with pixel_values (B,3,H,W) and labels (B); for CLIP also head_weight (K,D).' },
    { name: 'head', kind: 'text', value: 'FILE', help: 'CLIP: safetensors with head_weight (K,D), the scaled text features, where the batch has none.' },
    { name: 'loss', kind: 'choice', choices: ['cross_entropy', 'contrastive'], default: 'cross_entropy', help: 'Loss; contrastive is not supported yet.' },
    { name: 'out', kind: 'text', value: 'FILE', required: true, help: 'safetensors to write: logits, loss, grad.NAME of everything that learns.' },
    { name: 'frozen_dtype', kind: 'choice', choices: ['f32', 'f16'], default: 'f32', help: 'Storage of weights that do not learn.' },
    { name: 'checkpoint_activations', kind: 'boolean', help: 'Compute activations again in the backward.' },
    { name: 'form', kind: 'choice', choices: ['auto', 'streamed', 'merged'], default: 'auto', help: 'How adapted layers run.' },
    ...methodFlags.filter((f) => f.name !== 'form'),
  ],
  async run(given, say) {
    oneOf(given, 'loss', ['cross_entropy', 'contrastive']);
    const frozen = oneOf(given, 'frozen_dtype', ['f32', 'f16']) ?? 'f32';
    const form = oneOf(given, 'form', ['auto', 'streamed', 'merged']) ?? 'auto';
    if (given.loss === 'contrastive') throw new UsageError('--loss contrastive is not supported yet (it needs the text tower); use cross_entropy with head_weight');
    const model = await openModel(await modelTree(String(given.model)));
    const batch = await openTensors(String(given.batch));
    const { pixels, size } = await readPixels(batch);
    const head = await readHead(batch, given, model.vision);
    let vision = size === model.vision.image_size ? model.vision : model.vision.with({ image_size: size });
    if (head) vision = withTextHead(vision, head.classes);
    const { adapted, values } = await openAdapter(model, vision, withoutForm(given), say);
    if (head) values[TEXT_HEAD] = head.data;
    const labels = await readLabels(batch, pixels.length / (3 * size * size), adapted.model.num_labels);
    const result = await withDevice((device) =>
      oneStep(device, {
        adapted, source: model.source, values, pixels, labels,
        frozen_dtype: frozen as 'f32' | 'f16', checkpoint_activations: given.checkpoint_activations === true, form: form === 'auto' ? undefined : (form as Form),
      }),
    );
    const tensors = new Map<string, TensorData>([
      ['logits', { dtype: 'F32', shape: [labels.length, adapted.model.num_labels], data: result.logits }],
      ['loss', { dtype: 'F32', shape: [1], data: Float32Array.of(result.loss) }],
    ]);
    const own = adapted.method.trains === 'adapter';
    const shapes = shapesOf(adapted, model.source);
    for (const [label, data] of Object.entries(result.grads)) {
      // The head goes by the name it has in an adapter's file; model weights in the checkpoint's own shape.
      const name = own && adapted.trace.head.has(label) ? `base_model.model.${label}` : label;
      tensors.set(`grad.${name}`, { dtype: 'F32', shape: shapes.get(label)!, data });
    }
    await writeWhole(String(given.out), writeSafetensors(tensors));
    say(`loss ${result.loss.toFixed(6)}, ${tensors.size - 2} gradients in ${String(given.out)}`);
    return { loss: result.loss, gradients: [...tensors.keys()].filter((n) => n.startsWith('grad.')), out: String(given.out) };
  },
};

const withoutForm = (given: Given): Given => Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'form'));

function oneOf(given: Given, name: string, choices: string[]): string | undefined {
  const value = given[name];
  if (value !== undefined && !choices.includes(String(value))) throw new UsageError(`--${name.replaceAll('_', '-')} is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}`);
  return value === undefined ? undefined : String(value);
}

/** Shapes of everything that may learn, by label; a model's weights as the checkpoint has them (a convolution's four dimensions). */
function shapesOf(adapted: Adapted, source: TensorSource): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [name, shape] of adapted.trace.weights) shapes.set(name, source.has(name) && !adapted.trace.head.has(name) ? source.info(name).shape : shape);
  for (const layer of adapted.layers) {
    for (const [suffix, shape] of Object.entries(adapted.method.tensors(adapted.config, layer))) shapes.set(adapterLabel(layer.name, suffix), shape);
  }
  return shapes;
}

/** Throws DataError. */
async function readPixels(batch: TensorSource): Promise<{ pixels: Float32Array; size: number }> {
  if (!batch.has('pixel_values') || !batch.has('labels')) throw new DataError(`--batch needs pixel_values (B,3,H,W) and labels (B); it holds ${batch.names().slice(0, 10).join(', ') || 'nothing'}.`);
  const { shape } = batch.info('pixel_values');
  if (shape.length !== 4 || shape[1] !== 3 || shape.includes(0)) throw new DataError(`pixel_values must be (B,3,H,W), it is [${shape.join(', ')}].`);
  if (shape[2] !== shape[3]) throw new DataError(`pixel_values are ${shape[2]} x ${shape[3]}; only square images are supported.`);
  return { pixels: await batch.readF32Checked('pixel_values'), size: shape[2]! };
}

async function readLabels(batch: TensorSource, count: number, classes: number): Promise<Uint32Array> {
  const labels = await batch.readF32('labels');
  if (labels.length !== count) throw new DataError(`--batch has ${count} images but ${labels.length} labels.`);
  const bad = labels.find((l) => !Number.isInteger(l) || l < 0 || l >= classes);
  if (bad !== undefined) throw new DataError(`--batch has a label ${bad}; the model has classes 0 to ${classes - 1}.`);
  return Uint32Array.from(labels);
}

/** CLIP's frozen text features, of --head or of the batch; null for other models and where neither has them. */
export async function readHead(batch: TensorSource, given: Given, model: VisionModel): Promise<{ data: Float32Array; classes: number } | null> {
  if (given.head === undefined && (model.family !== 'clip' || !batch.has(TEXT_HEAD))) return null;
  const file = given.head === undefined ? batch : await openTensors(String(given.head));
  if (!file.has(TEXT_HEAD)) throw new DataError(`--head has no tensor ${TEXT_HEAD}; it holds ${file.names().slice(0, 10).join(', ') || 'nothing'}.`);
  const { shape } = file.info(TEXT_HEAD);
  const width = withTextHead(model, 1).feature_size;
  if (shape.length !== 2 || shape[0] === 0 || shape[1] !== width) throw new DataError(`${TEXT_HEAD} must be (K, ${width}), it is [${shape.join(', ')}].`);
  return { data: await file.readF32Checked(TEXT_HEAD), classes: shape[0]! };
}
