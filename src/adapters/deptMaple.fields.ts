import { fields as maple } from './maple.fields';
import { deptFields } from './dept.fields';
import { look } from './deptMaple.look';

export const fields = deptFields(maple, look);
