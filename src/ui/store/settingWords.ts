import { formatCount, formatSetting, listOf } from '../../language/format';
import { t } from '../strings';
import { dataById, modelById, useCatalog } from './catalog';
import { factNamed } from './facts';
import { initialSettings, type Settings } from './settings';
import { formatTargets } from './targets';

/** What a setting of the page is set to, in the words that the page has where it is chosen. */

/** A quantity by the title of its column; `-` before it is the largest first. */
const column = (name: string): string => (name.startsWith('-') ? t.undo.down(column(name.slice(1))) : (factNamed(name)?.title ?? name));

/** Settings whose values are names of the program's own. */
const chosen: { [S in keyof Settings]?: (value: Settings[S]) => string } = {
  model: (id) => modelById(useCatalog.getState(), id)?.title ?? id,
  data: (id) => dataById(useCatalog.getState(), id)?.title ?? id,
  targets: (targets) => (targets === 'all-linear' ? t.model.targetsAll : formatTargets(targets)),
  match: (by) => t.budget.kinds[by],
  maxWork: (most) => (most > 0 ? formatSetting(most) : t.budget.noMaxWork),
  axis: (axis) => t.compare.axes[axis],
  curves: (names) => listOf(names.split(',').map((name) => t.compare.plots[name as keyof typeof t.compare.plots] ?? name)),
  group: (by) => t.table.groups[by],
  sort: column,
  chartX: column,
  chartY: column,
  landscapeRange: (range) => t.landscape.ranges[range],
  landscapeOn: (set) => (set === 'both' ? t.landscape.both('val') : t.landscape.splits[set]),
  landscapeOf: (quantity) => t.landscape.quantities[quantity],
};

const isNothing = (value: unknown): boolean => value === '' || value === 0 || (Array.isArray(value) && value.length === 0);

export function settingWords<S extends keyof Settings>(name: S, value: Settings[S]): string {
  // Nothing is the default where it stands for what the page chooses itself.
  if (isNothing(value) && isNothing(initialSettings[name])) return t.undo.standard;
  return chosen[name]?.(value) ?? (typeof value === 'number' && value >= 1000 ? formatCount(value) : formatSetting(value));
}
