/**
 * Parameter groups of a run whose rates decay layer by layer: one for each distance from the head, so that the optimizer gives each
 * its own rate. What has no distance is in the group itself.
 */
export const groupBelow = (group: string, below: number): string => (below > 0 ? `${group} ${below}` : group);

/** The inverse: the group, and how far below the head it learns. */
export function belowOf(name: string): { group: string; below: number } {
  const [group, below = '0'] = name.split(' ') as [string, string?];
  return { group, below: Number(below) };
}
