import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../numbers/defined.ts';
import { anchorOf } from './anchor.node.ts';

/** The reference of what the package exports, made of its doc comments by TypeDoc. */

/** A page of it in Markdown: `links` to other pages end in .md. */
export interface ReferencePage {
  name: string;
  label: string;
  markdown: string;
}

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache/reference');

/** Name of a page by what TypeDoc calls the module, with what stands above and before it. */
const modules: Record<string, Omit<ReferencePage, 'markdown'> & { title: string; about: string }> = {
  index: { name: 'reference', label: 'Reference', title: 'Reference of `fullrank`', about: 'Everything that the package exports, as its source says it. [From code](api.md) has the way in, [the engine’s reference](reference-engine.md) its ops.' },
  engine: { name: 'reference-engine', label: 'Reference: engine', title: 'Reference of `fullrank/engine`', about: 'Everything that `fullrank/engine` exports. [Engine](engine.md) tells how it works and why, [From code](api.md) has a network in 30 lines.' },
};

/** Hash of all that the pages are made of. */
function sourceHash(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('ui/') && !name.startsWith('testing/'));
  for (const name of sources.sort()) hash.update(name).update(readFileSync(join(root, 'src', name)));
  return hash.update(readFileSync(join(root, 'package.json'))).digest('hex');
}

/** The pages; made once for each state of the sources, which takes some seconds. */
export async function referencePages(): Promise<ReferencePage[]> {
  const kept = join(folder, `${sourceHash()}.json`);
  try {
    return JSON.parse(readFileSync(kept, 'utf8')) as ReferencePage[];
  } catch {
    // Not made yet.
  }
  const pages = await make();
  for (const name of readdirSync(folder)) if (name.endsWith('.json')) rmSync(join(folder, name), { force: true });
  writeFileSync(`${kept}.${process.pid}.tmp`, JSON.stringify(pages));
  renameSync(`${kept}.${process.pid}.tmp`, kept);
  return pages;
}

async function make(): Promise<ReferencePage[]> {
  const { Application } = await import('typedoc');
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, 'work-'));
  try {
    const entries = ['src/api/index.ts', 'src/api/engine.ts'].map((name) => join(root, name));
    const tsconfig = join(work, 'tsconfig.json');
    writeFileSync(tsconfig, JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [join(root, 'src/api')], files: entries }));
    const app = await Application.bootstrapWithPlugins({
      plugin: ['typedoc-plugin-markdown'],
      entryPoints: entries,
      tsconfig,
      outputs: [{ name: 'markdown', path: join(work, 'made') }],
      readme: 'none',
      logLevel: 'Error',
      // Types are checked where tests are.
      skipErrorChecking: true,
      disableSources: true,
      excludePrivate: true,
      excludeProtected: true,
      excludeExternals: true,
      ...({ outputFileStrategy: 'modules', hideBreadcrumbs: true, hidePageHeader: true, hidePageTitle: true, useCodeBlocks: true, parametersFormat: 'table', interfacePropertiesFormat: 'table', classPropertiesFormat: 'table', typeDeclarationFormat: 'table', propertyMembersFormat: 'table' } as object),
    });
    const project = await app.convert();
    if (!project) throw new Error('TypeDoc could not read the sources of the reference');
    await app.generateOutputs(project);
    return Object.entries(modules).map(([module, { title, about, ...page }]) => ({
      ...page,
      markdown: `# ${title}\n\n${about}\n\n${withLists(readable(readFileSync(join(work, 'made', `${module}.md`), 'utf8')))}`,
    }));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Links between modules as links between pages, and a name for parameters that are taken apart where they are declared. */
const readable = (markdown: string): string =>
  markdown.replace(/\]\((\w+)\.md(#[^)]*)?\)/g, (all, module: string, anchor = '') => (modules[module] ? `](${modules[module].name}.md${anchor as string})` : all)).replaceAll('\\_\\_namedParameters', 'options').replaceAll('__namedParameters', 'options');

/** Under each heading of the second rank the names that it holds, as links. */
const withLists = (markdown: string): string =>
  markdown.replace(/^## .*\n(?:(?!^## )[^])*/gm, (section) => {
    const names = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => defined(heading));
    const links = names.map((heading) => `[${heading}](#${anchorOf(heading)})`);
    return section.replace('\n', `\n\n${links.join(' · ')}\n`);
  });
