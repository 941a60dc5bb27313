import { arxiv, type Field, type MethodFields } from '../field';
import type { Look } from '../look.meta';

export const weightField: Field = { name: 'weight', label: 'Share of the head', kind: 'number', default: 0.7, min: 0, max: 1, help: 'How much the head for the classes counts, in what is learned and in what is said; the rest is the texts.' };

/** The fields of a method with decoupled prompt tuning on it. */
export const deptFields = (base: MethodFields, look: Look): MethodFields => ({
  ...base,
  method: `dept_${base.method}`,
  title: `${base.title} + DePT`,
  help: `${base.title} with a head for the classes besides (decoupled prompt tuning): it learns what is special to them and leaves to the prompts what is common.`,
  formula: `${base.formula}; beside it a head on shared features`,
  when: 'For CLIP, when classes that are trained and classes that are not must both be good.',
  paper: arxiv('DePT', '2309.07439'),
  look,
  fields: [...base.fields, weightField],
});
