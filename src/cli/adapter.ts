import { Adapted } from '../adapters/adapted';
import { loadAdapter, type ForeignLayer } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import { checkWeights } from '../models/load';
import { ModelError, type Model } from '../models/model';
import type { LoadedModel } from '../train/openModel';
import { methodFrom, UsageError, type Given } from './command';
import { adapterTree } from './files';

export interface OpenAdapter {
  adapted: Adapted;
  /** Values that do not come from the checkpoint. */
  values: Arrays;
  foreign: ForeignLayer[];
  /** Size of the images that a saved adapter was trained on. */
  image_size: number | null;
}

/** The saved adapter of a folder on a model, saying what a person should know of it; null where none is named. */
export async function openStart(model: LoadedModel, net: Model, folder: string | undefined, say: (line: string) => void) {
  if (folder === undefined) return null;
  const loaded = await loadAdapter(await adapterTree(folder), net, model.source);
  loaded.warnings.forEach((w) => say(`warning: ${w}`));
  return loaded;
}

/**
 * The adapter of --adapter, or a fresh one of --method, on the model. Checks that the checkpoint holds every weight,
 * and that the head has its values from somewhere.
 */
export async function openAdapter(model: LoadedModel, net: Model, given: Given, say: (line: string) => void): Promise<OpenAdapter> {
  if (given.adapter !== undefined && given.method !== undefined) throw new UsageError('--adapter and --method exclude each other: a saved adapter names its method');
  const loaded = await openStart(model, net, given.adapter === undefined ? undefined : String(given.adapter), say);
  const adapted = loaded?.adapted ?? new Adapted(net, methodFrom(given));
  const { newHead } = checkWeights(adapted.trace, model.source);
  if (newHead && !loaded?.hasHead) {
    const classes = adapted.model.num_labels;
    throw new ModelError(
      net.text
        ? `the checkpoint has no head of ${classes} classes; give the text features as head_weight (K, projection_dim), or an --adapter with a trained head.`
        : `the checkpoint has no head of ${classes} classes; give an --adapter with a trained head.`,
    );
  }
  const values = loaded?.values ?? (await adapted.initialise(0, (name) => model.source.readF32Checked(name)));
  return { adapted, values, foreign: loaded?.foreign ?? [], image_size: loaded?.image_size ?? null };
}

/**
 * As `openAdapter`, at `size` pixels where that is given, else at the size of the images that a saved adapter was
 * trained on, else at the model's own.
 */
export async function openAdapterSized(model: LoadedModel, net: Model, given: Given, say: (line: string) => void, size?: number): Promise<OpenAdapter> {
  const first = await openAdapter(model, size ? net.with({ image_size: size }) : net, given, say);
  const own = first.image_size;
  return size || !own || own === net.image_size ? first : openAdapter(model, net.with({ image_size: own }), given, () => {});
}
