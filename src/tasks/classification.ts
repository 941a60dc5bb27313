import { classify } from './classes';
import type { Task } from './task';

/** A head that is trained, the checkpoint's own or a new one. */
export const classification: Task = {
  objective: classify,
  takes: ({ train }) => train.loss === 'cross_entropy',
  open: async ({ model: { net }, classes, ownHead }) => ({
    model: ownHead || !net.head ? net : net.with({ labels: classes }),
    knows: false,
    values: async () => ({}),
  }),
};
