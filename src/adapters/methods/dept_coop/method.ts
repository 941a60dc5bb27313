import { method as coop } from '../coop/method';
import { coopFolder } from '../coop/folder';
import { dept } from '../../prompts/dept';
import { deptFolder } from '../../prompts/dept.folder';
import { fields } from './fields';
import type { Method } from '../../method';

/** Decoupled prompt tuning on CoOp. */
export const method: Method = dept(coop, fields, deptFolder(fields.method, coopFolder, ''));
