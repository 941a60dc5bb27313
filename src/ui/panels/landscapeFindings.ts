import type { Landscape } from '../../train/analysis.meta';
import { parted } from '../charts/plane';
import { formatLoss, formatPercent } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { runById } from '../store/runs';
import type { Quantity } from '../store/settings';
import { t } from '../strings';

/** A value as it stands in words and tables. */
export const formatOf = (quantity: Quantity) => (value: number): string => (quantity === 'loss' ? formatLoss(value) : Number.isFinite(value) ? `${formatPercent(value)} %` : '–');

/** Short names of the runs: the method's, with the run's own name where two are of one method, and whether it was stopped. */
export const namesOf = ({ runs }: Pick<Landscape, 'runs'>): string[] => {
  const titles = runs.map(({ method }) => methodLook(method).title);
  return titles.map((title, i) => t.landscape.name(title, titles.filter((other) => other === title).length > 1 ? runs[i].name : '', runById(runs[i].id)?.state === 'stopped'));
};

/** Why paths begin beside the pretrained model, by how far they do; empty where they do not. */
export function startsOf({ paths, geometry }: Landscape): string {
  const away = Math.max(0, ...paths.flatMap(({ points }) => points.filter(({ step }) => step === 0).map(({ distance }) => distance)));
  // Rounding is no distance.
  return away > 1e-4 * Math.max(...geometry.norms) ? t.landscape.starts(formatLoss(away)) : '';
}

/** What the lines between the runs say, in a sentence made of the numbers. */
export function findingOf(made: Landscape, set: number): string | null {
  const names = namesOf(made);
  const ridges = ([[0, 2], [2, 1], [1, 0]] as const).map(([a, b]) => parted(made, set, a, b));
  if (ridges.some((ridge) => ridge === null)) return null;
  const many = ridges.filter(Boolean).length;
  if (many === 0) return t.landscape.valley(names);
  if (many === 3) return t.landscape.allApart(names);
  // Of the three pairs, the corner that a pair leaves out: a and c leave out b, and so on.
  const leftOut = [1, 0, 2];
  const odd = leftOut[ridges.findIndex((ridge) => ridge === (many === 1))];
  const others = names.filter((_, i) => i !== odd);
  return many === 2 ? t.landscape.apart(names[odd], others) : t.landscape.pair(others[0], others[1], names[odd]);
}
