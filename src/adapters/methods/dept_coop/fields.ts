import { fields as coop } from '../coop/fields';
import { deptFields } from '../../prompts/dept.fields';
import { look } from './look';

export const fields = deptFields(coop, look);
