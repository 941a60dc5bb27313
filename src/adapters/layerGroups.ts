/**
 * Parameter groups of a run whose rates decay layer by layer: one for each distance from the head, so that the optimizer gives each
 * its own rate. What has no distance is in the group itself.
 */
export const groupBelow = (group: string, below: number): string => (below > 0 ? `${group} ${below}` : group);

/** Distance below the head of the parameters of such a group. */
export const belowOf = (name: string): number => Number(name.split(' ')[1] ?? 0);
