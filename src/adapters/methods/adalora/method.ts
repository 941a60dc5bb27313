import { recorder } from '../../../engine/record';
import { sizeOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { power } from '../../../numbers/elementary';
import { maskLowest, scoreTriplets, smoothImportance } from '../../../ops/importance';
import { orthogonality } from '../../../ops/orthogonality';
import type { MethodConfig } from '../../field';
import { adaloraCodec, targetOf } from './codec';
import { fields } from './fields';
import { diagonalCost, diagonalForms } from '../../diagonal';
import { ConfigError } from '../../fields';
import { normal } from '../../init';
import { loraRange } from '../lora/method';
import { num, numOr, type Arrays, type FinishedAdapter, type Method, type Stacked } from '../../method';

/** Mask of the triplets that a layer has left, as "1101"; null if none was taken away. Set per layer, by `rank_pattern`. */
const keptOf = (c: MethodConfig): string | null => (c.kept as string | undefined) ?? null;

/** Ranks that a layer has left. */
const rankOf = (c: MethodConfig): number => keptOf(c)?.replaceAll('0', '').length ?? num(c, 'init_r');

/** alpha / init_r, as PEFT divides; the same when ranks have gone. */
function scale(c: MethodConfig): number {
  const r = num(c, 'init_r');
  const alpha = numOr(c, 'lora_alpha', r);
  return (alpha > 0 ? alpha : r) / (r + 1e-5);
}

/** True if the adapter was pruned: its ranks are then final. */
const isPruned = (c: MethodConfig): boolean => Object.keys(c.rank_pattern ?? {}).length > 0;

interface Schedule {
  tinit: number;
  tfinal: number;
  deltaT: number;
  total_step: number;
}

/** Schedule of pruning in a run of `steps`. Throws ConfigError if it leaves no step to prune in. */
function scheduleOf(c: MethodConfig, steps: number): Schedule {
  const total_step = numOr(c, 'total_step', steps);
  const [tinit, tfinal] = [numOr(c, 'tinit', Math.floor(total_step / 10)), numOr(c, 'tfinal', Math.floor((3 * total_step) / 10))];
  if (tinit >= total_step - tfinal) throw new ConfigError(`tinit is ${tinit} and tfinal ${tfinal}, which leaves none of ${total_step} steps to take ranks away in; together they must be fewer.`);
  return { tinit, tfinal, deltaT: num(c, 'deltaT'), total_step };
}

/** Of `from` ranks in all, those that are to be gone after step `s`, by the cubic schedule of eq. 12; 0 where none is taken away at it. */
function goneAt(s: number, from: number, to: number, { tinit, tfinal, deltaT, total_step }: Schedule): number {
  const last = total_step - tfinal;
  if (s <= tinit) return 0;
  if (s >= last) return from - to;
  return s % deltaT === 0 ? from - Math.trunc((from - to) * power(1 - (s - tinit) / (last - tinit), 3) + to) : 0;
}

/**
 * AdaLoRA: delta = s B diag(E) A, whose triplets are taken away by importance until a budget is met (arXiv 2303.10512). The penalty
 * is part of the loss here; PEFT leaves it out of models without a task type. Source: peft/tuners/adalora.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [adaloraCodec],
  count: { each: 'init_r (d_in + d_out + 1)' },
  tensors(c, { in: n, out: m }) {
    const r = rankOf(c);
    return { lora_A: [r, n], lora_E: [r, 1], lora_B: [m, r] };
  },
  range: loraRange,
  check(c, layer) {
    const [r, target, kept] = [num(c, 'init_r'), targetOf(c), keptOf(c)];
    if (target > r) throw new ConfigError(`target_r is ${target}, which is more than init_r, ${r}: ranks are taken away, not added.`);
    if (kept !== null && !new RegExp(`^[01]{${r}}$`).test(kept)) throw new ConfigError(`rank_pattern says of ${layer.name} which of ${kept.length} ranks are left; it has ${r} (init_r).`);
  },
  init: (c, { in: n, out: m }, random) => ({ lora_A: normal(rankOf(c) * n, 0.02, random), lora_E: new Float32Array(rankOf(c)), lora_B: normal(m * rankOf(c), 0.02, random) }),
  ...diagonalForms((c, { own: { lora_A, lora_B, lora_E } }) => ({ A: lora_A!, B: lora_B!, d: recorder().view(lora_E!, [sizeOf(lora_E!.shape)]), alpha: scale(c), drop: num(c, 'lora_dropout') })),
  penalty(c, layers) {
    const weight = num(c, 'orth_reg_weight');
    if (weight === 0) return null;
    const alpha = weight / (2 * layers.length);
    return ({ own }) => [orthogonality(own.lora_A!, { alpha, label: 'orthogonality of A' }), orthogonality(own.lora_B!, { columns: true, alpha, label: 'orthogonality of B' })];
  },
  afterStep(c, layers) {
    const [from, to] = [num(c, 'init_r') * layers.length, targetOf(c) * layers.length];
    if (isPruned(c)) return null;
    return {
      record(stacks, clipping) {
        const scores = recorder().temp('scores', [from]);
        let first = 0;
        const places = stacks.map((stack) => {
          score(c, stack, clipping, scores, first);
          const place = { E: stack.own.lora_E!, first };
          first += sizeOf(place.E.shape);
          return place;
        });
        for (const place of places) maskLowest(place.E, scores, place.first);
      },
      numbers(index, total) {
        const schedule = scheduleOf(c, total);
        return [Number(index < schedule.total_step - schedule.tfinal), goneAt(index, from, to, schedule)];
      },
    };
  },
  finished(c, layers, own, steps): FinishedAdapter {
    const config = { ...c, ...scheduleOf(c, steps), target_r: targetOf(c) };
    const flags = new Map(layers.map((layer) => [layer.name, Array.from(own(layer).lora_E ?? [], (e) => (e === 0 ? '0' : '1')).join('')]));
    const left = [...flags.values()].join('').replaceAll('0', '').length;
    // Until the budget is met what is 0 may come back; where all is, nothing was trained.
    if (isPruned(c) || left === 0 || left > targetOf(c) * layers.length || left === num(c, 'init_r') * layers.length) return { config, own };
    return { config: { ...config, rank_pattern: Object.fromEntries(flags) }, own: (layer) => pruned(own(layer), flags.get(layer.name)!) };
  },
  equivalent: {
    config(c) {
      const r = num(c, 'init_r');
      const ranks = Object.entries((c.rank_pattern ?? {}) as Record<string, string>).map(([name, kept]) => [name, rankOf({ ...c, kept })] as const);
      return { r, lora_alpha: r, lora_dropout: c.lora_dropout, ...(ranks.length && { rank_pattern: Object.fromEntries(ranks.filter(([, rank]) => rank > 0)) }) };
    },
    // B' = B diag(E) times what LoRA's scale init_r / r is short of ours.
    tensors(c, _, tensor): Arrays {
      const r = rankOf(c);
      if (r === 0) return {};
      const [A, E, B] = ['lora_A', 'lora_E', 'lora_B'].map((name) => tensor(name).data) as [Float32Array, Float32Array, Float32Array];
      return { 'lora_A.weight': A, 'lora_B.weight': B.map((b, i) => b * defined(E[i % r]) * ((scale(c) * r) / num(c, 'init_r'))) };
    },
  },
  cost: (c, layer, tokens) => diagonalCost(rankOf(c), layer, tokens),
};

/** Brings the importance of a stack's weights up to date, and scores its triplets from `first` on. */
function score(c: MethodConfig, { own }: Stacked, clipping: Tensor, scores: Tensor, first: number): void {
  const betas = { beta1: num(c, 'beta1'), beta2: num(c, 'beta2') };
  const [A, E, B] = [own.lora_A!, own.lora_E!, own.lora_B!].map((param) => smoothImportance(param, clipping, betas)) as [ReturnType<typeof smoothImportance>, ReturnType<typeof smoothImportance>, ReturnType<typeof smoothImportance>];
  scoreTriplets({ A, E, B }, scores, first);
}

/** A layer's triplets that are left. */
function pruned({ lora_A: A, lora_E: E, lora_B: B }: Arrays, kept: string): Arrays {
  const [r, n] = [kept.length, defined(A).length / kept.length];
  const is = (k: number) => kept[k] === '1';
  return { lora_A: defined(A).filter((_, i) => is(Math.floor(i / n))), lora_E: defined(E).filter((_, k) => is(k)), lora_B: defined(B).filter((_, i) => is(i % r)) };
}
