import { methods } from '../../adapters';
import { methodFields } from '../../adapters/fields';
import { memoryTree, type FileTree } from '../../io/fileTree';
import { families } from '../../models';
import { traceModel } from '../../models/trace';
import { tasks } from '../../tasks';
import { losses } from '../../tasks/losses.meta';
import { tinyJson, tinyWeights } from '../tiny';
import { family } from './family';
import { fields, method } from './method';
import * as both from './pair';
import * as part from './part';
import { LOSS, task } from './task';

/** Names of the methods and of the task's loss. */
export const ALONE = fields.method;
export const PAIR = both.fields.method;
export const PART = part.fields.method;
export { LOSS };

/**
 * Three methods, a family and a task that the project does not ship, known to the files in this folder and to nobody else, are in the
 * registers from here to the end of the test file.
 */
export function registerGuests(): void {
  methods[ALONE] = method;
  methodFields[ALONE] = fields;
  methods[PAIR] = both.method;
  methodFields[PAIR] = both.fields;
  methods[PART] = part.method;
  methodFields[PART] = part.fields;
  families.push(family);
  tasks.unshift(task);
  losses.push(LOSS);
}

const config = { model_type: 'patch_mlp', id2label: { 0: 'class 0', 1: 'class 1', 2: 'class 2' } };

/** A checkpoint of the family, as a person would have it on their disk. */
export const guestFiles = (): Record<string, Uint8Array> => ({ 'config.json': tinyJson(config), 'model.safetensors': tinyWeights(traceModel(family.parse(config)).weights, 8) });

export const guestFolder = (): FileTree => memoryTree('guest', guestFiles());
