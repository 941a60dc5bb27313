import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const src = resolve(import.meta.dirname, '..');

/** The page, and what it shares with the files that runs leave as; they load no engine. */
export const light = ['ui', 'figures', 'language'];

/** Everything in these rooms, by its path under `src`. */
export const lightFiles = (): string[] => light.flatMap((room) => readdirSync(join(src, room), { recursive: true, encoding: 'utf8' }).map((path) => join(room, path)));
