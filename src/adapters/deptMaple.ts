import { maple } from './maple';
import { mapleFolder } from './maple.folder';
import { dept } from './dept';
import { deptFolder } from './dept.folder';
import { fields } from './deptMaple.fields';
import type { Method } from './method';

/** Decoupled prompt tuning on MaPLe. */
export const deptMaple: Method = dept(maple, fields, deptFolder(fields.method, mapleFolder, 'prompt_learner.'));
