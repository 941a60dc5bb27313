import { targetFields, type Field, type MethodFields } from './field';

const shared = new Set(targetFields.map(({ name }) => name));
const own = ({ fields }: MethodFields): Field[] => fields.filter(({ name }) => !shared.has(name));

/** Name in a pair of a setting of one of its methods: prefixed with the method's name for the second where the first has one of that name. */
export const nameInPair = (first: MethodFields, part: MethodFields, name: string): string =>
  part !== first && !shared.has(name) && first.fields.some((field) => field.name === name) ? `${part.method}_${name}` : name;

/** Settings of two methods on the same layers. */
export const pairFields = (first: MethodFields, second: MethodFields): Field[] => [
  ...own(first),
  ...own(second).map((field) => {
    const name = nameInPair(first, second, field.name);
    return name === field.name ? field : { ...field, name, label: `${second.title}: ${field.label}` };
  }),
  ...targetFields,
];
