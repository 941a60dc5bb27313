import { choosesBest, heldCount } from '../../train/config';
import type { DataInfo, TrainConfig } from '../../train/protocol';
import { modelById, useCatalog } from '../core/data/catalog';
import { standardTrain } from '../core/settings/fields';
import { standardFor } from '../core/runs/runLength';
import { useMedium } from '../core/data/medium';
import { useSettings } from '../core/settings/settings';

/** Training settings that hold where nothing is set, with these data and, as if they were many, without them. */
export function useStandard(data: DataInfo | undefined): { own: TrainConfig; ofMany: TrainConfig } {
  const train = useSettings((settings) => settings.train);
  const id = useSettings((settings) => settings.model);
  const alone = useSettings(({ comparing }) => comparing === 'no');
  const model = useCatalog((catalog) => modelById(catalog, id));
  const [software, medium] = [useCatalog((catalog) => catalog.device?.software ?? false), useMedium()];
  return { own: standardFor(train, software, model, data, alone), ofMany: standardTrain(software, medium) };
}

/**
 * Computes what runs would hold back of a data set: the share as set and its default, the pictures that it comes to (`drawn` of
 * them from those to train, by the seed), whether they choose the best weights, whether they are taken without a share, and the
 * limits that cut the set; 0 cuts nothing.
 */
export function useHeld(data: DataInfo) {
  const own = useSettings((settings) => settings.train);
  const { own: usual, ofMany } = useStandard(data);
  const train = { ...usual, ...own };
  const set = own.val_fraction as number | undefined;
  const [most, mostTest] = [Number(train.train_limit) || Infinity, Number(train.test_limit) || Infinity];
  const all = Math.max(1, data.train);
  const settings = { val_fraction: set ?? usual.val_fraction, early_stopping_patience: Number(own.early_stopping_patience ?? 0) };
  const count = data.val || heldCount(settings, (data.train_per_class.length > 0 ? data.train_per_class : [data.train]).map((n) => (n * Math.min(all, most)) / all));
  return {
    set,
    standard: usual.val_fraction,
    /** More than of a large set, since this one is small; of the smallest none are. */
    raised: count > 0 && set === undefined && data.val === 0 && usual.val_fraction > ofMany.val_fraction,
    count,
    chooses: choosesBest(count, data.train_per_class.length, settings.early_stopping_patience > 0),
    drawn: data.val > 0 ? 0 : count,
    taken: data.val === 0 && settings.val_fraction === 0 && count > 0,
    limits: { train: most < data.train ? most : 0, test: mostTest < data.test ? mostTest : 0 },
  };
}
