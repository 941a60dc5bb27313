import { coop } from './coop';
import { coopFolder } from './coop.folder';
import { dept } from './dept';
import { deptFolder } from './dept.folder';
import { fields } from './deptCoop.fields';
import type { Method } from './method';

/** Decoupled prompt tuning on CoOp. */
export const deptCoop: Method = dept(coop, fields, deptFolder(fields.method, coopFolder, ''));
