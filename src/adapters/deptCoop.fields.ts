import { fields as coop } from './coop.fields';
import { deptFields } from './dept.fields';
import { look } from './deptCoop.look';

export const fields = deptFields(coop, look);
