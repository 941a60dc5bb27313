import type { RunRecord } from '../../train/protocol';

/** True for a run on the processor, whose bits are the same wherever it is repeated. */
export const isExact = ({ summary }: RunRecord): boolean => summary?.device.vendor === 'wasm' && !summary.device.description.includes('fused');

/** Whether two runs of one experiment computed the same bits; null where one of them may compute others. */
export function sameBits(a: RunRecord, b: RunRecord): boolean | null {
  if (!isExact(a) || !isExact(b)) return null;
  const bits = ({ curve, summary }: RunRecord) => JSON.stringify([curve.map(({ step, loss, accuracy }) => [step, loss, accuracy]), summary?.final && [summary.final.loss, summary.final.accuracy, summary.final.confusion]]);
  return bits(a) === bits(b);
}
