import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the packages that modules lie in. @param {Iterable<string>} modules @returns {string[]} */
export const packagesOf = (modules) => [...new Set([...modules].flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? []))].sort();

/** Licences of packages, by their folders, as one text. @param {Iterable<string>} packages */
export function licencesOf(packages) {
  const all = [...packages].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((path) => /^licen[cs]e/i.test(path));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
  });
  return all.join(`\n${'-'.repeat(80)}\n\n`);
}
