import type { Entry, Group } from '../entry';
import { block } from './block';
import { evaluation } from './evaluation';
import { matmul } from './matmul';
import { methods } from './methods';
import { peak } from './peak';
import { vit } from './vit';

/** Everything the benchmark measures, one line each, in the order of the tables. */
export const groups: readonly Group[] = [peak, matmul, block, evaluation, vit, methods];

/** Name of an entry on the command line. */
export const entryName = (group: Group, entry: Entry): string => `${group.name}/${entry.name}`;

/** All entries whose name contains `only`, with their groups. */
export const entriesFor = (only: string): { group: Group; entry: Entry }[] =>
  groups.flatMap((group) => group.entries.filter((entry) => entryName(group, entry).includes(only)).map((entry) => ({ group, entry })));
