import { method as maple } from '../maple/method';
import { mapleFolder } from '../maple/folder';
import { dept } from '../../prompts/dept';
import { deptFolder } from '../../prompts/dept.folder';
import { fields } from './fields';
import type { Method } from '../../method';

/** Decoupled prompt tuning on MaPLe. */
export const method: Method = dept(maple, fields, deptFolder(fields.method, mapleFolder, 'prompt_learner.'));
