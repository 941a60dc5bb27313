import { fields as maple } from '../maple/fields';
import { deptFields } from '../../prompts/dept.fields';
import { look } from './look';

export const fields = deptFields(maple, look);
