import { defined } from '../numbers/defined';

interface Node {
  name?: string;
  parts: Map<string, Node>;
}

/**
 * Names of modules in the order in which torch's `named_modules` has them: that of definition, where those of one module stand
 * together. `names` are in the order of use, which is the same but for the parts that `order` lists (`Model.defines`).
 */
export function inModuleOrder(names: readonly string[], order: readonly string[] = []): string[] {
  const root: Node = { parts: new Map() };
  for (const name of names) {
    let at = root;
    for (const part of name.split('.')) {
      const next = at.parts.get(part) ?? { parts: new Map() };
      at.parts.set(part, next);
      at = next;
    }
    at.name = name;
  }
  const walk = ({ name, parts }: Node): string[] => [...(name === undefined ? [] : [name]), ...sorted([...parts.keys()], order).flatMap((part) => walk(defined(parts.get(part))))];
  return walk(root);
}

/** Parts of one module: those that are listed, in the order of the list, in the places that they have together. */
function sorted(parts: readonly string[], order: readonly string[]): string[] {
  const listed = order.filter((part) => parts.includes(part));
  let next = 0;
  return parts.map((part) => (order.includes(part) ? defined(listed[next++]) : part));
}
