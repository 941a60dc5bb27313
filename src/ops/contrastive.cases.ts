import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { contrastive } from './contrastive';

const PADDING = 2 ** 31;

/** In f64, straight from the definition. */
function reference(logits: Float64Array, labels: ArrayLike<number>, invCount: number): { rows: number[]; dlogits: number[] } {
  const B = labels.length;
  const all = Array.from({ length: B }, (_, i) => i);
  const counts = (i: number) => labels[i] !== PADDING;
  const compared = (i: number, j: number) => i === j || (labels[i] !== labels[j] && counts(i) && counts(j));
  const lse = (values: number[]) => {
    const top = Math.max(...values);
    return top + Math.log(values.reduce((s, v) => s + Math.exp(v - top), 0));
  };
  const row = all.map((i) => lse(all.filter((j) => compared(i, j)).map((j) => defined(logits[i * B + j]))));
  const column = all.map((i) => lse(all.filter((j) => compared(i, j)).map((j) => defined(logits[j * B + i]))));
  const rows = all.flatMap((i) => {
    const seen = all.filter((j) => compared(i, j));
    const prediction = seen.reduce((best, j) => (defined(logits[i * B + j]) > defined(logits[i * B + best]) ? j : best), defined(seen[0]));
    return [counts(i) ? (defined(row[i]) + defined(column[i])) / 2 - defined(logits[i * B + i]) : 0, Number(counts(i) && prediction === i), Number(counts(i)), prediction];
  });
  const dlogits = all.flatMap((i) => all.map((j) => {
    if (!counts(i) || !compared(i, j)) return 0;
    const l = defined(logits[i * B + j]);
    return ((Math.exp(l - defined(row[i])) + Math.exp(l - defined(column[j]))) / 2 - Number(i === j)) * invCount;
  }));
  return { rows, dlogits };
}

function of(what: string, B: number, label: (i: number) => number = (i) => i, scale = 3): OpCase[] {
  const invCount = 1 / B;
  const shared = {
    inputs: { logits: { shape: [B, B], grad: false, from: (random) => scale * random() }, labels: { shape: [B], grad: false, dtype: 'u32', from: (_, i) => label(i) } },
    step: { invCount },
  } satisfies Pick<OpCase, 'inputs' | 'step'>;
  // Losses of up to about 10 for a scale of 3; f32 keeps 2^-24 of a logit.
  const tolerance = 4e-6 * scale;
  return [
    opCase({ ...shared, name: `contrastive ${what}: dlogits`, run: ({ logits, labels }) => contrastive(logits, labels).dlogits!, reference: ({ logits, labels }) => reference(logits, labels, invCount).dlogits, tolerance }),
    opCase({ ...shared, name: `contrastive ${what}: rows`, run: ({ logits, labels }) => contrastive(logits, labels).rows, reference: ({ logits, labels }) => reference(logits, labels, invCount).rows, absolute: true, tolerance }),
  ];
}

export const cases: OpCase[] = [
  ...of('B 5', 5),
  ...of('B 1', 1),
  ...of('B 70', 70),
  ...of('a label twice', 9, (i) => i % 4),
  ...of('one label', 6, () => 3),
  ...of('padded', 8, (i) => (i === 2 || i > 5 ? PADDING : i % 3)),
  // exp(logit_scale) is 100 in trained models.
  ...of('logits of 100', 12, (i) => i, 60),
];
