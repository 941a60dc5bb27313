import type { DataInfo, Edits } from '../../../train/protocol';
import { dataById, useCatalog, type Catalog } from '../data/catalog';
import { editsOf, useEdits } from '../data/edits';
import type { Run } from './runs';

/** Stamps of the images of a run, to tell whether they are still the ones that are there. */

/** A short stamp of a set as it is: its classes, the images of each, and what was changed. Equal sets have equal stamps. */
export function dataStamp(info: Pick<DataInfo, 'classes' | 'train_per_class' | 'test_per_class' | 'val'>, edits: Edits | undefined): string {
  return hash(JSON.stringify([info.classes, info.train_per_class, info.test_per_class, info.val, editsText(edits)]));
}

const editsText = (edits: Edits | undefined): string => (edits ? JSON.stringify([edits.disabled_classes, edits.disabled, edits.relabelled, edits.split]) : '');

/** FNV-1a, twice with different starts: 64 bits are plenty to tell the states of one set, or one person's folders, apart. */
export function hash(text: string): string {
  const once = (start: number) => {
    let h = start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    return (h >>> 0).toString(16).padStart(8, '0');
  };
  return once(0x811c9dc5) + once(0x9747b28c);
}

/** The stamp of a set with the edits that hold now; empty when it is not open. */
export function stampNow(data: string): string {
  const info = dataById(useCatalog.getState(), data);
  return info ? dataStamp(info, some(editsOf(data))) : '';
}

const some = (edits: Edits): Edits | undefined => (edits.disabled_classes.length + edits.disabled.length + edits.relabelled.length > 0 || edits.split ? edits : undefined);

/** Says of a run whether the data has changed since. A set that is not open has not changed as far as is known. */
export function useStale(): (run: Run) => boolean {
  const datasets = useCatalog((catalog) => catalog.datasets);
  const byData = useEdits((state) => state.byData);
  return (run) => isStale(run, { datasets }, byData[run.spec.data]);
}

/** `edits` are those that hold now. */
export function isStale(run: Run, catalog: Pick<Catalog, 'datasets'>, edits: Edits | undefined): boolean {
  if (run.state === 'waiting') return false;
  const now = edits && some(edits);
  const info = dataById(catalog, run.spec.data);
  if (info && run.dataStamp) return run.dataStamp !== dataStamp(info, now);
  return info !== undefined && editsText(run.spec.edits) !== editsText(now);
}
