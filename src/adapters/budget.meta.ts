import type { MethodConfig } from './field';

/** A method's closest match to a budget. */
export interface BudgetRow {
  method: string;
  /** The config that comes nearest, ready to use; null when the method cannot reach the budget at all. */
  config: MethodConfig | null;
  /** Adapter parameters it reaches exactly (head not counted). */
  parameters: number;
  /** Multiply-adds of a step in shares of full fine-tuning's, as in the plan. */
  work?: number;
  /** Amount that it reaches if methods are matched by something else: bytes, or shares of a step of full fine-tuning. */
  reached?: number;
  /** The least and the most that the method can reach with this model and target list, in the unit of the budget. */
  range: [number, number];
  /** Reason that it cannot meet the budget within 10 %, or not within the work that it may take: one sentence; null when it can. */
  reason: string | null;
}
