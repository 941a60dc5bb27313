// npm test: installs what the tests need, then types, lint, Node tests (Dawn) and browser tests (Chromium, Firefox); prints one count.
//   npm test -- --only node|e2e|types|lint    one group (repeatable)
//   npm test -- src/ops e2e/engine            only test files whose path contains one of these
//   npm run journeys                          e2e/whole: with default settings to the very end
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { cache, root, runTool, script, SetupError } from './run.mjs';
import { ensureSystem } from './system.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** Names of what failed, said once more at the end, where whoever has only the end of a long log looks. @type {string[]} */
const failures = [];

const groups = ['types', 'lint', 'node', 'e2e'];

/** @param {string} title */
const heading = (title) => console.log(`\n== ${title}`);

/** @param {boolean} ok @returns {Count} */
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

async function types() {
  heading('types');
  /** @type {{ path: string }[]} */
  const projects = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references;
  let ok = true;
  for (const { path } of projects) ok = (await runTool('@typescript/native/bin/tsc', ['-p', path, '--noEmit', '--pretty', 'false'])) === 0 && ok;
  console.log(ok ? `types: ${projects.length} projects type-check` : 'types: errors above');
  if (!ok) failures.push('types');
  return one(ok);
}

async function lint() {
  heading('lint');
  const ok = (await runTool('oxlint/bin/oxlint', ['--deny-warnings', '--report-unused-disable-directives'])) === 0;
  console.log(ok ? 'lint: nothing to complain about' : 'lint: errors above');
  if (!ok) failures.push('lint');
  return one(ok);
}

/**
 * Runs a test runner that writes a JSON report, and counts. A run that fails without a failed test
 * (it crashed, a file did not load, an error outside any test) counts as one failure.
 * @param {string} name
 * @param {(report: string) => Promise<number>} start
 * @param {(report: any) => Count} read
 */
async function counted(name, start, read) {
  const report = join(cache, `${name}.json`);
  rmSync(report, { force: true });
  const code = await start(report);
  let count = { passed: 0, failed: 0, skipped: 0 };
  if (existsSync(report)) count = read(JSON.parse(readFileSync(report, 'utf8')));
  if (code !== 0 && count.failed === 0) {
    console.log(`${name}: the runner ended with exit code ${code}`);
    failures.push(`${name}, exit code ${code}`);
    count.failed = 1;
  }
  return count;
}

/** @param {string[]} filters */
function node(filters) {
  heading('node');
  const before = failures.length;
  return counted(
    'vitest',
    (report) => runTool('vitest/vitest.mjs', ['run', ...filters, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]),
    (report) => {
      for (const { name, status, assertionResults } of report.testResults) {
        const failed = assertionResults.filter((/** @type {any} */ test) => test.status === 'failed').map((/** @type {any} */ test) => test.fullName);
        // A file that does not load has a failed result with no test in it.
        for (const test of failed.length > 0 || status !== 'failed' ? failed : ['did not load']) failures.push(`${relative(root, name)}: ${test}`);
      }
      return { passed: report.numPassedTests, failed: failures.length - before, skipped: report.numPendingTests + report.numTodoTests };
    },
  );
}

/** @param {string[]} filters @param {boolean} whole */
async function e2e(filters, whole) {
  heading('e2e');
  let built = true;
  try {
    await ensureBuilt();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message); // the engine's tests do not need the build, so go on
    built = false;
  }
  const count = await counted(
    'playwright',
    (report) => runTool('@playwright/test/cli.js', ['test', '-c', 'e2e/playwright.config.ts', ...filters], { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, ...(whole ? { FULLRANK_WHOLE: '1' } : {}) } }),
    ({ stats, errors, suites }) => {
      const look = (/** @type {any} */ suite) => {
        for (const spec of suite.specs ?? []) if (!spec.ok) failures.push(`e2e/${spec.file}: ${spec.title}`);
        for (const inner of suite.suites ?? []) look(inner);
      };
      suites.forEach(look);
      for (const { message } of errors) failures.push(`e2e: ${message}`);
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
    },
  );
  if (!built) {
    failures.push('build');
    count.failed++;
  }
  return count;
}

await script(async () => {
  const usage = 'Usage: npm test -- [--only types|lint|node|e2e]... [part of a test file path]...';
  let parsed;
  try {
    parsed = parseArgs({ options: { only: { type: 'string', multiple: true }, whole: { type: 'boolean', default: false } }, allowPositionals: true });
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message}\n${usage}`);
  }
  const filters = parsed.positionals;
  const browserFilters = filters.filter((path) => path.startsWith('e2e'));
  const nodeFilters = filters.filter((path) => !path.startsWith('e2e'));
  let only = parsed.values.only ?? [];
  const unknown = only.find((group) => !groups.includes(group));
  if (unknown !== undefined) throw new SetupError(`--only ${unknown}: no such group.\n${usage}`);
  if (only.length === 0) {
    only = filters.length === 0 ? groups : [...(nodeFilters.length > 0 ? ['node'] : []), ...(browserFilters.length > 0 ? ['e2e'] : [])];
  }

  mkdirSync(cache, { recursive: true });
  await ensureInstalled();
  await ensureSystem({ chromium: only.includes('e2e'), firefox: only.includes('e2e'), vulkan: only.includes('node') });

  // Side by side, since each of these keeps one core busy; e2e says it again where the page cannot be built.
  const building = only.includes('e2e') ? ensureBuilt().catch(() => {}) : undefined;
  const counts = await Promise.all([...(only.includes('types') ? [types()] : []), ...(only.includes('lint') ? [lint()] : [])]);
  await building;
  if (only.includes('node')) counts.push(await node(nodeFilters));
  if (only.includes('e2e')) counts.push(await e2e(browserFilters, parsed.values.whole));

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});
