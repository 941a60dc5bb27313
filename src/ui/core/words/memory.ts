import { inMedium } from '../../../language/medium';
import { formatNumber } from '../../../language/format';
import { roleWords } from '../../../figures/memoryWords';

export const memoryWords = {
  title: 'Memory of the run',
  asPredicted: 'as predicted',
  plannedTitle: 'Predicted memory',
  unit: 'MiB',
  needs: (method: string, mib: string) => `${method} needs ${mib} mebibytes`,
  mib: (mib: string) => `${mib}\u00a0MiB`,
  role: 'role, MiB',
  predicted: 'predicted',
  allocated: 'allocated',
  notYet: 'not yet',
  total: 'total',
  bytes: (count: string) => `${count} bytes`,
  divided: (batch: number, parts: number, each: number) => inMedium`${formatNumber(batch)} pictures at a time do not fit; they are computed in ${formatNumber(parts)} micro-batches of ${formatNumber(each)}, with the same result.`,
  legend: 'Grey: frozen weights, activations, the batch. A method’s colour: what learns, with its gradients and moments, and what the method brings.',
  trainable: (count: string) => `${count} trainable parameters with the head`,
  equal: (allocated: string, predicted: string) => `Equal to the byte: ${allocated} of ${predicted}`,
  unequal: (allocated: string, predicted: string) => `Allocated ${allocated} bytes, predicted ${predicted}. Please report this.`,
  roles: roleWords,
  /** Roles that hardly take any memory, in one line of a legend. */
  small: 'the batch, and small buffers to run a step and read its results',
};
