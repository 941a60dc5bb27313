import { expect, test } from 'vitest';
import { phoneOf } from './phone';

test('an address is a code for the telephone only where a telephone can open it', () => {
  expect(phoneOf(' ')).toEqual({ is: 'none' });
  for (const wrong of ['cups', 'file:///home/me/page/index.html', 'javascript:alert(1)', 'two words.app', 'ftp://a.b']) expect([wrong, phoneOf(wrong)]).toEqual([wrong, { is: 'wrong' }]);
  for (const local of ['http://localhost:3000', '127.0.0.1:8000', 'http://[::1]:8000/']) expect([local, phoneOf(local)]).toEqual([local, { is: 'local' }]);
  // On one's own network it opens, and the camera does not.
  expect(phoneOf('http://192.168.0.7:8000/page/')).toEqual({ is: 'plain', link: 'http://192.168.0.7:8000/page/' });
  expect(phoneOf('cups.netlify.app')).toEqual({ is: 'good', link: 'https://cups.netlify.app/' });
});
