import type { Entry, Group } from '../entry';
import { accumulation } from './accumulation';
import { adapters } from './adapters';
import { attention } from './attention';
import { bases } from './bases';
import { block } from './block';
import { checkpointing } from './checkpointing';
import { evaluation } from './evaluation';
import { kernels } from './kernels';
import { lesson } from './lesson';
import { matmul } from './matmul';
import { methods } from './methods';
import { norms } from './norms';
import { page } from './page';
import { peak } from './peak';
import { square } from './square';
import { sweep } from './sweep';
import { trunk } from './trunk';
import { vit } from './vit';

/** Everything the benchmark measures, one line each, in the order of the tables. */
export const groups: readonly Group[] = [peak, matmul, sweep, kernels, norms, attention, block, evaluation, vit, adapters, methods, square, accumulation, bases, checkpointing, trunk, lesson, page];

/** An entry with its group, under its name on the command line. */
export interface Named {
  name: string;
  group: Group;
  entry: Entry;
}

/** All entries, in the order of the tables. */
export const named: readonly Named[] = groups.flatMap((group) => group.entries.map((entry) => ({ name: `${group.name}/${entry.name}`, group, entry })));
