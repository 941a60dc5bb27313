import type { Edits } from '../../../train/protocol';

/** Edits without what lies between two others, such as those before a repair and after it; what was changed besides stays. */
export function takenBack(now: Edits, before: Edits, after: Edits): Edits {
  const names = (of: (edits: Edits) => readonly string[]) => {
    const [was, then] = [new Set(of(before)), new Set(of(after))];
    return [...new Set([...of(now).filter((name) => was.has(name) || !then.has(name)), ...of(before).filter((name) => !then.has(name))])];
  };
  const [was, then] = [new Map(before.relabelled), new Map(after.relabelled)];
  const changed = new Set([...was.keys(), ...then.keys()].filter((name) => was.get(name) !== then.get(name)));
  return { ...now, disabled: names(({ disabled }) => disabled), disabled_classes: names(({ disabled_classes }) => disabled_classes), relabelled: [...now.relabelled.filter(([name]) => !changed.has(name)), ...before.relabelled.filter(([name]) => changed.has(name))] };
}
