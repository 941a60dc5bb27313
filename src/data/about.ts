import * as z from 'zod/mini';
import { readJson } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import { DataError, type Dataset, type Split } from './source';

/** `dataset.json`, which says of a set's files what they do not say themselves. */

const maxClasses = 65_535;
const part = z.nullish(z.looseObject({ file: z.optional(z.string()), count: z.optional(z.int()) }));
const schema = z.looseObject({
  name: z.optional(z.string()),
  title: z.optional(z.string()),
  classes: z.array(z.string()).check(z.maxLength(maxClasses)),
  licence: z.optional(z.string()),
  license: z.optional(z.string()),
  source: z.optional(z.string()),
  height: z.optional(z.int()),
  width: z.optional(z.int()),
  splits: z.optional(z.looseObject({ train: part, test: part })),
});

export type About = z.output<typeof schema>;

/** Throws FormatError. */
export const readAbout = (files: FileTree): Promise<About> => readJson(files, 'dataset.json', schema);

/** Facts of a set by its description; the folder's name stands in for a missing one. */
export function aboutOf(info: About, files: FileTree): Pick<Dataset, 'name' | 'title' | 'classes' | 'licence' | 'source' | 'side'> {
  const { name = files.name, height, width } = info;
  return { name, title: info.title ?? name, classes: info.classes, licence: info.licence ?? info.license ?? '', source: info.source ?? '', ...(height && width && { side: Math.max(height, width) }) };
}

const counted = z.looseObject({ splits: z.looseObject({ train: z.looseObject({ per_class: z.array(z.int()) }), test: z.looseObject({ per_class: z.array(z.int()) }) }) });

/**
 * A set as its `dataset.json` describes it: classes, how many images there are of each and how large they are, which is what a plan
 * needs. The labels stand in no order of the set's own, and there are no images. Throws FormatError.
 */
export async function describeSet(files: FileTree): Promise<Dataset> {
  const info = await readAbout(files);
  const { splits } = await readJson(files, 'dataset.json', counted);
  return { ...aboutOf(info, files), train: describedSplit(splits.train.per_class), test: describedSplit(splits.test.per_class) };
}

function describedSplit(perClass: readonly number[]): Split {
  // In turn, so that the first images are of many classes, as a set's own are.
  const labels = Array.from({ length: Math.max(...perClass) }, (_, k) => perClass.flatMap((n, label) => (k < n ? [label] : []))).flat();
  return {
    count: labels.length,
    labels: Uint16Array.from(labels),
    image() {
      throw new DataError('The images of this set have not been fetched.');
    },
  };
}
