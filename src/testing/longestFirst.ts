import { BaseSequencer, type TestSpecification } from 'vitest/node';

const isOps = ({ moduleId }: TestSpecification): boolean => /\/ops\.(\w+\.)?test\.ts$/.test(moduleId);

/** The ops' cases first, which take longest: Vitest begins with large files, theirs are small, and one process would end alone with them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => Number(isOps(b)) - Number(isOps(a)));
  }
}
