import { breather } from '../io/breathe';
import { nameOf } from '../data/split';
import type { Dataset, Split } from '../data/source';
import { plain, whole } from '../data/textHealth';
import type { SharedItems } from './protocol';

/** Milliseconds after which other work has its turn. */
const BREATH = 30;

/** Counts the items of a run's test that it also trains on, exactly or nearly; undefined for images that nobody has looked at. */
export async function sharedItems({ twins }: Pick<Dataset, 'twins'>, train: Split, test: Split): Promise<SharedItems | undefined> {
  if (train.text && test.text) return sharedTexts(train, test);
  // Without names of their own images are told by their places, which are others in each part.
  if (!twins || !train.name || !test.name) return undefined;
  const names = (split: Split) => new Set(Array.from({ length: split.count }, (_, i) => nameOf(split, i)));
  const [trained, tested] = [names(train), names(test)];
  const [exact, near] = [new Set<string>(), new Set<string>()];
  for (const { a, b, exact: same } of twins) {
    for (const [one, other] of [[a.name, b.name], [b.name, a.name]] as const) if (trained.has(one) && tested.has(other)) (same ? exact : near).add(other);
  }
  return { exact: exact.size, near: [...near].filter((name) => !exact.has(name)).length };
}

async function sharedTexts(train: Split, test: Split): Promise<SharedItems> {
  const breathe = breather(BREATH);
  const [same, alike] = [new Set<string>(), new Set<string>()];
  for (let i = 0; i < train.count; i++) {
    const row = train.text!(i);
    same.add(whole(row));
    alike.add(plain(row));
    await breathe();
  }
  const shared = { exact: 0, near: 0 };
  for (let i = 0; i < test.count; i++) {
    const row = test.text!(i);
    if (same.has(whole(row))) shared.exact++;
    else if (alike.has(plain(row))) shared.near++;
    await breathe();
  }
  return shared;
}
