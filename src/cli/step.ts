import { adapterLabel, type Adapted } from '../adapters/adapted';
import type { Form } from '../adapters/method';
import { DataError } from '../data/source';
import { writeSafetensors, type TensorData, type TensorSource } from '../io/safetensors';
import { TEXT_HEAD, twoTowers, withTextHead } from '../models/byText';
import type { VisionModel } from '../models/model';
import { said } from '../said/said';
import { frozenDtypes } from '../train/config';
import { oneStep } from '../train/oneStep';
import { openModel } from '../train/openModel';
import { openAdapter } from './adapter';
import { methodFlag, methodFlags, UsageError, type Command, type Given } from './command';
import { modelTree, firstNames, openTensors, writeWhole } from './files';
import { withDevice } from './gpu';
import type { FrozenDtype } from '../train/protocol';

export const command: Command = {
  help: 'runs one forward and backward pass in evaluation mode and writes logits, loss and every gradient, to compare with PyTorch',
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    methodFlag,
    { name: 'batch', kind: 'text', value: 'FILE', required: true, help: 'safetensors with pixel_values (B,3,H,W) and labels (B), for CLIP also head_weight (K,D); for the contrastive loss pixel_values and input_ids (B,T).' },
    { name: 'head', kind: 'text', value: 'FILE', help: 'CLIP: safetensors with head_weight (K,D), the scaled text features, where the batch has none.' },
    { name: 'loss', kind: 'choice', choices: ['cross_entropy', 'contrastive'], default: 'cross_entropy', help: 'Loss; contrastive runs both towers of a CLIP, each image against each text.' },
    { name: 'out', kind: 'text', value: 'FILE', required: true, help: 'safetensors to write: logits, loss, and grad.NAME of everything that is trained.' },
    { name: 'frozen_dtype', kind: 'choice', choices: [...frozenDtypes], default: 'f32', help: 'Storage of weights that are not trained.' },
    { name: 'checkpoint_activations', kind: 'boolean', help: 'Compute activations again in the backward pass.' },
    { name: 'form', kind: 'choice', choices: ['auto', 'streamed', 'merged'], default: 'auto', help: 'How adapted layers run.' },
    ...methodFlags.filter((f) => f.name !== 'form'),
  ],
  async run(given, say) {
    oneOf(given, 'loss', ['cross_entropy', 'contrastive']);
    const frozen = oneOf(given, 'frozen_dtype', [...frozenDtypes]) ?? 'f32';
    const form = oneOf(given, 'form', ['auto', 'streamed', 'merged']) ?? 'auto';
    const contrastive = given.loss === 'contrastive';
    if (contrastive && given.head !== undefined) throw new UsageError('--head is for the cross entropy; the contrastive loss makes its own text features');
    const model = await openModel(await modelTree(String(given.model)));
    const batch = await openTensors(String(given.batch));
    const { pixels, size } = await readPixels(batch, contrastive ? 'input_ids' : 'labels');
    const count = pixels.length / (3 * size * size);
    const texts = contrastive ? await readTexts(batch, count, model.vision) : null;
    const head = contrastive ? null : await readHead(batch, given, model.vision);
    let vision = size === model.vision.image_size ? model.vision : model.vision.with({ image_size: size });
    if (head) vision = withTextHead(vision, head.classes);
    if (texts) vision = twoTowers(vision, { tokens: texts.ids.length / count });
    const { adapted, values } = await openAdapter(model, vision, withoutForm(given), say);
    if (head) values[TEXT_HEAD] = head.data;
    // Without classes every text is another one, as in CLIP's own loss.
    const labels = texts ? Uint32Array.from({ length: count }, (_, i) => i) : await readLabels(batch, count, adapted.model.num_labels);
    const result = await withDevice((device) =>
      oneStep(device, {
        adapted, source: model.source, values, pixels, labels, texts: texts ?? undefined,
        frozen_dtype: frozen as FrozenDtype, checkpoint_activations: given.checkpoint_activations === true, form: form === 'auto' ? undefined : (form as Form),
      }),
    );
    const tensors = new Map<string, TensorData>([
      ['logits', { dtype: 'F32', shape: [count, result.logits.length / count], data: result.logits }],
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
    for (const [suffix, shape] of Object.entries(adapted.method.tensors(adapted.configOf(layer), layer))) shapes.set(adapterLabel(layer.name, suffix), shape);
  }
  return shapes;
}

/** Throws DataError. */
async function readPixels(batch: TensorSource, other: string): Promise<{ pixels: Float32Array; size: number }> {
  if (!batch.has('pixel_values') || !batch.has(other)) {
    const held = firstNames(batch);
    throw new DataError(other === 'labels' ? said`--batch needs pixel_values (B,3,H,W) and labels (B); it holds ${held}.` : said`--batch needs pixel_values (B,3,H,W) and input_ids (B,T); it holds ${held}.`);
  }
  const { shape } = batch.info('pixel_values');
  if (shape.length !== 4 || shape[1] !== 3 || shape.includes(0)) throw new DataError(said`pixel_values must be (B,3,H,W), it is [${shape.join(', ')}].`);
  if (shape[2] !== shape[3]) throw new DataError(said`pixel_values are ${shape[2]} x ${shape[3]}; only square images are supported.`);
  return { pixels: await batch.readF32Checked('pixel_values'), size: shape[2]! };
}

/** Texts of the batch and where they end. Throws DataError. */
async function readTexts(batch: TensorSource, count: number, model: VisionModel): Promise<{ ids: Uint32Array; ends: Uint32Array }> {
  const { vocab_size, max_tokens, endOf } = twoTowers(model).text!;
  const { shape } = batch.info('input_ids');
  const [B, T] = shape as [number, number];
  if (shape.length !== 2 || B !== count || T < 1 || T > max_tokens) throw new DataError(said`input_ids must be (${count},T) with at most ${max_tokens} tokens, it is [${shape.join(', ')}].`);
  const values = await batch.readF32('input_ids');
  const bad = values.find((v) => !Number.isInteger(v) || v < 0 || v >= vocab_size);
  if (bad !== undefined) throw new DataError(said`--batch has a token ${bad}; the model knows tokens 0 to ${vocab_size - 1}.`);
  const ids = Uint32Array.from(values);
  return { ids, ends: Uint32Array.from({ length: B }, (_, b) => endOf(ids.subarray(b * T, (b + 1) * T))) };
}

async function readLabels(batch: TensorSource, count: number, classes: number): Promise<Uint32Array> {
  const labels = await batch.readF32('labels');
  if (labels.length !== count) throw new DataError(said`--batch has ${count} images but ${labels.length} labels.`);
  const bad = labels.find((l) => !Number.isInteger(l) || l < 0 || l >= classes);
  if (bad !== undefined) throw new DataError(said`--batch has a label ${bad}; the model has classes 0 to ${classes - 1}.`);
  return Uint32Array.from(labels);
}

/** CLIP's frozen text features, of --head or of the batch; null for other models and where neither has them. */
export async function readHead(batch: TensorSource, given: Given, model: VisionModel): Promise<{ data: Float32Array; classes: number } | null> {
  if (given.head === undefined && (!model.text || !batch.has(TEXT_HEAD))) return null;
  const file = given.head === undefined ? batch : await openTensors(String(given.head));
  if (!file.has(TEXT_HEAD)) throw new DataError(said`--head has no tensor ${TEXT_HEAD}; it holds ${firstNames(file)}.`);
  const { shape } = file.info(TEXT_HEAD);
  const width = withTextHead(model, 1).feature_size;
  if (shape.length !== 2 || shape[0] === 0 || shape[1] !== width) throw new DataError(said`${TEXT_HEAD} must be (K, ${width}), it is [${shape.join(', ')}].`);
  return { data: await file.readF32Checked(TEXT_HEAD), classes: shape[0]! };
}
