import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../storage/keep', () => ({ keepRun: vi.fn(async () => {}) }));

const { keepRun } = await import('../storage/keep');
const { useToasts } = await import('../../kit/toast');
const { cleanName, foldersOf, inFolder, putIntoFolder } = await import('./folders');
const { useRuns } = await import('./runs');
type Run = import('./runs').Run;

const run = (id: string, folder?: string): Run => ({ id, folder, created: 0 }) as Run;
const foldersNow = () => useRuns.getState().runs.map(({ folder }) => folder);

beforeEach(() => {
  useRuns.setState({ runs: [run('a', 'Pilot'), run('b'), run('c', 'Archive'), run('d', 'Pilot')] });
  useToasts.setState({ toasts: [] });
  vi.mocked(keepRun).mockClear();
});

test('archived runs are compared where their folder is chosen alone, and a folder that has no run here leaves all', () => {
  const { runs } = useRuns.getState();
  const ids = (folder: string) => inFolder(runs, folder).map(({ id }) => id).join('');
  expect([ids(''), ids('Pilot'), ids('Archive'), ids('Gone')]).toEqual(['abd', 'ad', 'c', 'abd']);
  expect(foldersOf(runs)).toEqual([{ name: 'Pilot', runs: 2 }, { name: 'Archive', runs: 1 }]);
});

test('a name is one line, and the archive has one name', () => {
  expect([cleanName('  two\n words '), cleanName('archive'), cleanName('x'.repeat(200)).length]).toEqual(['two words', 'Archive', 100]);
});

test('runs are put into a folder, kept there, and go back by one undo', () => {
  putIntoFolder(['a', 'b', 'd', 'gone'], 'Pilot ');
  expect(foldersNow()).toEqual(['Pilot', 'Pilot', 'Archive', 'Pilot']);
  // Those that lay there already were not moved.
  expect(vi.mocked(keepRun).mock.calls).toEqual([['b']]);
  putIntoFolder(['a', 'b', 'c'], '');
  expect(foldersNow()).toEqual([undefined, undefined, undefined, 'Pilot']);
  useToasts.getState().toasts.at(-1)!.undo!();
  expect(foldersNow()).toEqual(['Pilot', 'Pilot', 'Archive', 'Pilot']);
});
