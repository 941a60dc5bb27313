import { CLOSE, YARDSTICK } from '../../../adapters/fields';
import type { BudgetRow, DataInfo, ModelInfo } from '../../../train/protocol';
import { offeredMethods } from '../../../figures/methods';
import { studio } from '../worker/client';
import { readingOf } from './medium';
import { targetsOf, trainConfig, budgetOf } from '../runs/specs';
import { forModel } from './texts';
import type { Match, Settings } from '../settings/settings';
import type { Catalog } from './catalog';

/** Settings that give each method the same parameters, memory or work. */

/** Training settings that the work of a step depends on. */
export const ofWork = ['batch', 'accumulate', 'image_size', 'loss'] as const;

/** Units of the page in units of the worker: MiB are bytes, percent are shares. */
const unit: Record<Match, number> = { parameters: 1, memory: 2 ** 20, time: 1 / 100 };

export const amountName = { parameters: 'budget', memory: 'memoryBudget', time: 'timeBudget' } as const satisfies Record<Match, keyof Settings>;

/** Asks the worker, by what the settings say. What the rows reach and the amount come back in the page's units. */
export async function solveRows(settings: Settings, model: ModelInfo, data: DataInfo, software: boolean): Promise<Pick<Catalog, 'rows' | 'matched'>> {
  const targets = targetsOf(settings, model);
  const budget = budgetOf(settings, model);
  const train = forModel(trainConfig(YARDSTICK, settings, software), model);
  const rows = await studio().budget(model.id, targets, data.classes, budget, train, settings.maxWork, offeredMethods(), readingOf(data.id, model));
  const by = settings.match;
  if (by === 'parameters') return { rows: rows.map((row) => ({ ...row, reached: row.parameters })), matched: { by, amount: budget } };
  const reference = rows.find((row) => row.method === YARDSTICK)?.config ?? { method: YARDSTICK, target_modules: targets };
  const solved = await studio().match(model.id, targets, data.classes, by, settings[amountName[by]] * unit[by], reference, train, offeredMethods(), readingOf(data.id, model));
  return { rows: solved.rows.map((row) => ({ ...row, reached: row.reached! / unit[by], range: [row.range[0] / unit[by], row.range[1] / unit[by]] })), matched: { by, amount: Number((solved.amount / unit[by]).toPrecision(4)) } };
}

/** Ratio of what a method has to what all should have; exactly 1 if within a tenth. */
export function factorOf(row: BudgetRow, amount: number): number {
  const factor = (row.reached ?? row.parameters) / amount;
  return Math.abs(factor - 1) <= CLOSE ? 1 : factor;
}
