import { adapterLabel, modelLabel, type Adapted } from '../adapters/adapted';
import { TEACHER } from '../adapters/prompts/contexts';
import type { Arrays, Form } from '../adapters/method';
import { promptTensors } from '../adapters/prompts/folder';
import { DataError } from '../data/source';
import { writeSafetensors, type TensorData, type TensorSource } from '../io/safetensors';
import { readsTexts, TEXT_HEAD, twoTowers, withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { isTextModel, readoutOf, textModel } from '../models/text';
import { asInFile } from '../models/transposed';
import { defined } from '../numbers/defined';
import { textsOfRows } from '../tasks/classTexts';
import { losses, lossOf } from '../tasks/losses.meta';
import { textTasks } from '../tasks/tasks.meta';
import { frozenDtypes } from '../train/config';
import { oneStep, type StepInput } from '../train/oneStep';
import { openModel, type LoadedModel } from '../train/openModel';
import { readTextBatch } from '../train/textBatch';
import { outerStep } from '../train/outerStep';
import { openAdapter } from './adapter';
import { methodFlag, methodFlags, UsageError, type Command, type Given } from './command';
import { modelTree, firstNames, openTensors, writeWhole } from './files';
import { withDevice } from './gpu';
import type { FrozenDtype } from '../train/protocol';

export const command: Command = {
  help: 'runs one forward and backward pass and writes logits, loss and every gradient; in evaluation mode, to compare with PyTorch',
  examples: ['--model vit-nano --method lora --batch batch.safetensors --out step.safetensors'],
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    methodFlag,
    { name: 'batch', kind: 'text', value: 'FILE', required: true, help: 'safetensors with pixel_values (B,3,H,W) and labels (B), for CLIP also head_weight (K,D), or class_token_ids (K,T) for a method that trains what stands around the names of classes; for the contrastive loss pixel_values and input_ids (B,T). For a model of texts input_ids (B,T) and labels, and attention_mask, position_ids, token_type_ids (B,T) where they say something.' },
    { name: 'task', kind: 'choice', choices: Object.keys(textTasks), help: 'Task of a text model, if config.json does not say.' },
    { name: 'head', kind: 'text', value: 'FILE', help: 'CLIP: safetensors with head_weight (K,D), the scaled text features, where the batch has none.' },
    { name: 'loss', kind: 'choice', choices: losses, default: defined(losses[0]), help: 'Loss; contrastive runs both towers of a CLIP, each image against each text.' },
    { name: 'validation', kind: 'text', value: 'FILE', help: 'Other images (pixel_values, labels), for a method that selects by their loss: writes its gradient as grad_direct.NAME, and as grad_total.NAME with how the rest would follow.' },
    { name: 'out', kind: 'text', value: 'FILE', writes: 'file', required: true, help: 'safetensors to write: logits, loss, and grad.NAME of everything that is trained.' },
    { name: 'frozen_dtype', kind: 'choice', choices: [...frozenDtypes], default: 'f32', help: 'Storage of weights that are not trained.' },
    { name: 'checkpoint_activations', kind: 'boolean', help: 'Compute activations again in the backward pass.' },
    { name: 'form', kind: 'choice', choices: ['auto', 'streamed', 'merged'], default: 'auto', help: 'How adapted layers run.' },
    ...methodFlags.filter((f) => f.name !== 'form'),
  ],
  async run(given, say) {
    oneOf(given, 'loss', losses);
    const task = oneOf(given, 'task', Object.keys(textTasks));
    const frozen = oneOf(given, 'frozen_dtype', [...frozenDtypes]) ?? 'f32';
    const form = oneOf(given, 'form', ['auto', 'streamed', 'merged']) ?? 'auto';
    const model = await openModel(await modelTree(String(given.model)));
    const batch = await openTensors(String(given.batch));
    if (task !== undefined) textModel(model.net);
    const read = isTextModel(model.net) ? await textInput(given, model, batch, say) : await imageInput(given, model, batch, say);
    const { adapted, values, size } = read;
    const input: StepInput = {
      ...read.of, adapted, source: model.source, values,
      frozen_dtype: frozen as FrozenDtype, checkpoint_activations: given.checkpoint_activations === true, form: form === 'auto' ? undefined : (form as Form),
    };
    const other = given.validation === undefined ? null : await readOther(String(given.validation), size, adapted);
    const [result, outer] = await withDevice(async (device) => [await oneStep(device, input), other && (await outerStep(device, input, other))]);
    const tensors = new Map<string, TensorData>([
      ['logits', { dtype: 'F32', shape: read.logits(result.logits.length), data: result.logits }],
      ['loss', { dtype: 'F32', shape: [1], data: Float32Array.of(result.loss) }],
    ]);
    const own = adapted.method.trains === 'adapter';
    const shapes = shapesOf(adapted, model.source);
    const folder = adapted.method.prompts?.folder;
    for (const [name, { shape, data }] of folder ? promptTensors(adapted, folder, result.grads) : []) tensors.set(`grad.${name}`, { dtype: 'F32', shape, data });
    for (const [label, data] of Object.entries(result.grads)) {
      const ofHead = adapted.trace.head.has(label);
      // Those of prompts alone stand above, by the names of their file.
      if (folder && !ofHead) continue;
      // The head goes by the name it has in an adapter's file; model weights in the checkpoint's own shape.
      const name = own && !folder && ofHead ? `base_model.model.${label}` : label;
      const { read: turn, ...like } = asInFile(adapted.model, label, { dtype: 'F32', shape: shapes.get(label)!, read: () => data });
      tensors.set(`grad.${name}`, { ...like, data: await turn() });
    }
    for (const [kind, grads] of Object.entries({ grad_direct: outer?.direct ?? {}, grad_total: outer?.total ?? {} })) {
      for (const [label, data] of Object.entries(grads)) tensors.set(`${kind}.${label}`, { dtype: 'F32', shape: shapes.get(label)!, data });
    }
    await writeWhole(String(given.out), writeSafetensors(tensors));
    say(`loss ${result.loss.toFixed(6)}, ${tensors.size - 2} gradients in ${String(given.out)}`);
    return { loss: result.loss, gradients: [...tensors.keys()].filter((n) => n.startsWith('grad.')), out: String(given.out) };
  },
};

/** Input of a step. */
interface ReadStep {
  of: Pick<StepInput, 'pixels' | 'labels' | 'texts' | 'batch'>;
  adapted: Adapted;
  values: Arrays;
  /** Pixels of an image; 0 of texts. */
  size: number;
  /** Shape of so many logits. */
  logits(length: number): number[];
}

async function textInput(given: Given, model: LoadedModel, file: TensorSource, say: (line: string) => void): Promise<ReadStep> {
  const asked = textModel(given.task === undefined ? model.net : model.net.with({ reads: textTasks[String(given.task)]?.reads }));
  const { model: net, lead, inputs } = await readTextBatch(file, asked);
  const [rows] = lead as [number];
  if (lead.length !== 1) throw new DataError(`input_ids of --batch must be (B,T), they are [${[...lead, net.language.tokens].join(', ')}].`);
  const { adapted, values } = await openAdapter(model, net, withoutForm(given), say);
  return { of: { batch: { rows, inputs } }, adapted, values, size: 0, logits: (length) => (readoutOf(net.language).byTokens ? [rows, net.language.tokens, length / rows / net.language.tokens] : [rows, length / rows]) };
}

async function imageInput(given: Given, model: LoadedModel, batch: TensorSource, say: (line: string) => void): Promise<ReadStep> {
  const { pairs } = lossOf(given.loss ?? losses[0]);
  if (pairs && given.head !== undefined) throw new UsageError('--head is for the cross entropy; the contrastive loss makes its own text features');
  const { pixels, size } = await readPixels(batch, pairs ? 'input_ids' : 'labels');
  const count = pixels.length / (3 * size * size);
  const texts = pairs ? await readTexts(batch, count, model.net) : null;
  const head = pairs ? null : await readHead(batch, given, model.net);
  let net = size === model.net.image_size ? model.net : model.net.with({ image_size: size });
  if (head) net = withTextHead(net, head.classes);
  if (texts) net = twoTowers(net, { tokens: texts.ids.length / count });
  if (net.text && batch.has(CLASS_IDS)) net = await withClasses(batch, net, (known) => openAdapter(model, known, withoutForm(given), () => {}));
  const { adapted, values } = await openAdapter(model, net, withoutForm(given), say);
  if (batch.has(TEACHER)) values[TEACHER] = await batch.readF32Checked(TEACHER);
  if (head) values[TEXT_HEAD] = head.data;
  // Without classes every text is another one, as in CLIP's own loss.
  const labels = texts ? Uint32Array.from({ length: count }, (_, i) => i) : await readLabels(batch, count, adapted.model.num_labels);
  return { of: { pixels, labels, texts: texts ?? undefined }, adapted, values, size, logits: (length) => [count, length / count] };
}

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
  for (const [name, { shape }] of Object.entries(adapted.common)) shapes.set(modelLabel(name), shape);
  return shapes;
}

/** Throws DataError. */
async function readPixels(batch: TensorSource, other: string): Promise<{ pixels: Float32Array; size: number }> {
  if (!batch.has('pixel_values') || !batch.has(other)) {
    const held = firstNames(batch);
    throw new DataError(other === 'labels' ? `--batch needs pixel_values (B,3,H,W) and labels (B); it holds ${held}.` : `--batch needs pixel_values (B,3,H,W) and input_ids (B,T); it holds ${held}.`);
  }
  const { shape } = batch.info('pixel_values');
  if (shape.length !== 4 || shape[1] !== 3 || shape.includes(0)) throw new DataError(`pixel_values must be (B,3,H,W), it is [${shape.join(', ')}].`);
  if (shape[2] !== shape[3]) throw new DataError(`pixel_values are ${defined(shape[2])} x ${defined(shape[3])}; only square images are supported.`);
  return { pixels: await batch.readF32Checked('pixel_values'), size: defined(shape[2]) };
}

/** Images of another batch, of the same size. Throws DataError. */
async function readOther(path: string, size: number, { model }: Adapted): Promise<Required<Pick<StepInput, 'pixels' | 'labels'>>> {
  const batch = await openTensors(path);
  const { pixels, size: own } = await readPixels(batch, 'labels');
  if (own !== size) throw new DataError(`The images of --validation are ${own} px wide, those of --batch ${size} px; they must be of one size.`);
  return { pixels, labels: await readLabels(batch, pixels.length / (3 * size * size), model.num_labels) };
}

/** Rows of tokens for the classes, in which a method puts vectors (K, T), and how many tokens their names have (K). */
const CLASS_IDS = 'class_token_ids';
const NAME_LENS = 'name_lens';

/** The model with the classes of the batch as texts, for the method of the adapter that `open` gives. Throws DataError. */
async function withClasses(batch: TensorSource, net: Model, open: (net: Model) => Promise<{ adapted: Adapted }>): Promise<Model> {
  const [K = 0] = batch.info(CLASS_IDS).shape;
  const known = net.with({ labels: Array.from({ length: K }, (_, k) => `class ${k}`) });
  const { adapted: { method, config } } = await open(known);
  const { ids, ends } = await readTexts(batch, K, net, CLASS_IDS);
  const vectors = method.prompts?.texts?.vectors(config) ?? 0;
  const lens = batch.has(NAME_LENS) ? await batch.readF32(NAME_LENS) : undefined;
  if (lens && (lens.length !== K || lens.some((n, k) => !Number.isInteger(n) || n < 0 || 1 + vectors + n > defined(ends[k])))) throw new DataError(`${NAME_LENS} must be (${K}), and no name longer than its text.`);
  return readsTexts(known) ? known.as({ classTexts: textsOfRows(ids, ends, vectors, lens) }) : known;
}

/** Texts of the batch and where they end. Throws DataError. */
async function readTexts(batch: TensorSource, count: number, model: Model, name = 'input_ids'): Promise<{ ids: Uint32Array; ends: Uint32Array }> {
  const { vocab_size, max_tokens, endOf } = twoTowers(model).text!;
  const { shape } = batch.info(name);
  const [B, T] = shape as [number, number];
  if (shape.length !== 2 || B !== count || T < 1 || T > max_tokens) throw new DataError(`${name} must be (${count},T) with at most ${max_tokens} tokens, it is [${shape.join(', ')}].`);
  const values = await batch.readF32(name);
  const bad = values.find((v) => !Number.isInteger(v) || v < 0 || v >= vocab_size);
  if (bad !== undefined) throw new DataError(`--batch has a token ${bad}; the model knows tokens 0 to ${vocab_size - 1}.`);
  const ids = Uint32Array.from(values);
  return { ids, ends: Uint32Array.from({ length: B }, (_, b) => endOf(ids.subarray(b * T, (b + 1) * T))) };
}

async function readLabels(batch: TensorSource, count: number, classes: number): Promise<Uint32Array> {
  const labels = await batch.readF32('labels');
  if (labels.length !== count) throw new DataError(`--batch has ${count} images but ${labels.length} labels.`);
  const bad = labels.find((l) => !Number.isInteger(l) || l < 0 || l >= classes);
  if (bad !== undefined) throw new DataError(`--batch has a label ${bad}; the model has classes 0 to ${classes - 1}.`);
  return Uint32Array.from(labels);
}

/** CLIP's frozen text features, of --head or of the batch; null for other models and where neither has them. */
export async function readHead(batch: TensorSource, given: Given, model: Model): Promise<{ data: Float32Array; classes: number } | null> {
  if (given.head === undefined && (!model.text || !batch.has(TEXT_HEAD))) return null;
  const file = given.head === undefined ? batch : await openTensors(String(given.head));
  if (!file.has(TEXT_HEAD)) throw new DataError(`--head has no tensor ${TEXT_HEAD}; it holds ${firstNames(file)}.`);
  const { shape } = file.info(TEXT_HEAD);
  const width = withTextHead(model, 1).feature_size;
  if (shape.length !== 2 || shape[0] === 0 || shape[1] !== width) throw new DataError(`${TEXT_HEAD} must be (K, ${width}), it is [${shape.join(', ')}].`);
  return { data: await file.readF32Checked(TEXT_HEAD), classes: defined(shape[0]) };
}
