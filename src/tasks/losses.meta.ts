/** Values of the setting `loss`: under which names tasks are asked for. One line a task that has one of its own. */
export const losses: string[] = ['cross_entropy', 'contrastive'];
