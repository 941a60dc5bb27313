import { expect, test } from 'vitest';
import { csv } from './csv.meta';

test('numbers are plain, also below zero and as text; what a spreadsheet would run is set off; names are quoted where they must be', () => {
  const rows = [[-1.5, '-1.5', 44036, 0.1 + 0.2], [NaN, null, Infinity, undefined], ['=1+1', '-a', '+1e-3', '@x'], ['a,b', 'say "a"', 'two\nlines', '=a,b']];
  expect(csv(['a', 'b, ms', 'c', 'd'], rows)).toBe('a,"b, ms",c,d\n-1.5,-1.5,44036,0.3\n,,,\n"\'=1+1","\'-a",+1e-3,"\'@x"\n"a,b","say ""a""","two\nlines","\'=a,b"\n');
});
