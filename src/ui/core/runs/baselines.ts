import { useMemo } from 'react';
import { methodFields, YARDSTICK } from '../../../adapters/fields';
import { countEdits } from '../../../data/edits.meta';
import type { Evaluation, RunSpec, ZeroShotSpec } from '../../../train/protocol';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { useEdits } from '../data/edits';
import type { Run } from './runs';
import { useSettings } from '../settings/settings';
import { trainConfig } from './specs';
import { forModel, templatesOf } from '../data/texts';
import { measuredOf, useZeroShot, zeroShotKey, type Measured } from './zeroShot';

/** Zero-shot accuracy of one model and its prompts (none of a model that goes on with texts), on the sets of images that are known. */
export interface Baseline {
  key: string;
  /** Title of the model. */
  model: string;
  prompts: number;
  test?: Measured;
  val?: Measured;
}

/** Measurement that is possible: of the chosen model on the chosen data. */
export interface Measurable {
  spec: ZeroShotSpec;
  classes: string[];
  model: string;
}

/** The chosen model, data and settings, where the model reads texts. */
export function useMeasurable(): Measurable | null {
  const settings = useSettings();
  const edits = useEdits((state) => state.byData[settings.data]);
  const software = useCatalog((catalog) => catalog.device?.software ?? false);
  const model = useCatalog((catalog) => modelById(catalog, settings.model));
  const data = useCatalog((catalog) => dataById(catalog, settings.data));
  const { train, lr } = settings;
  return useMemo(() => {
    if (!model?.texts || !data) return null;
    const spec = { model: model.id, data: data.id, edits: edits && countEdits(edits) > 0 ? edits : undefined, train: forModel(trainConfig(YARDSTICK, { train, lr, model: model.id, data: data.id }, software), model) };
    return { spec, classes: data.classes, model: model.title };
  }, [model, data, edits, train, lr, software]);
}

type Source = Pick<Run, 'spec' | 'classes' | 'modelTitle' | 'evaluations'>;

/** Results known without training: measured, or evaluated by a run before its first step. In the order of the sources, without repetition. */
export function baselinesOf(sources: readonly (Omit<Source, 'spec'> & { spec: ZeroShotSpec })[], kept: Record<string, { sets: Measured[] }>): Baseline[] {
  const found = new Map<string, Baseline>();
  for (const { spec, classes, modelTitle, evaluations } of sources) {
    const key = zeroShotKey(spec, classes);
    const baseline = found.get(key) ?? { key, model: modelTitle, prompts: 'text' in spec && spec.text ? 0 : templatesOf({ ...spec.train }).length };
    // A method may have changed what the model says before the first step.
    const asItIs = !('method' in spec) || !methodFields[(spec as RunSpec).method.method]?.moved;
    const before = (evaluation: Evaluation) => (asItIs && evaluation.step === 0 ? measuredOf(evaluation) : []);
    for (const set of [...(kept[key]?.sets ?? []), ...evaluations.flatMap(before)]) baseline[set.split] ??= set;
    found.set(key, baseline);
  }
  return [...found.values()].filter(({ test, val }) => test || val);
}

/** Baselines of the chosen model and of these runs. */
export function useBaselines(runs: readonly Run[]): Baseline[] {
  const kept = useZeroShot((state) => state.kept);
  const now = useMeasurable();
  return useMemo(() => baselinesOf([...(now ? [{ spec: now.spec, classes: now.classes, modelTitle: now.model, evaluations: [] }] : []), ...runs], kept), [now, runs, kept]);
}
