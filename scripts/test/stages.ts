// The stages of `npm test`, in the order in which they run: what is quick and tells most comes first.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { requireChromium } from '../lib/chromium.ts';
import { build, ROOT, run } from '../lib/project.ts';
import { makeSampleWorkspace } from '../lib/sampleWorkspace.ts';
import { installServer } from '../lib/vscodeServer.ts';
import { type Counts, mochaCounts, stageCounts, unfinishedFiles } from './results.ts';

export interface Stage {
  /** What `npm test -- NAME` selects. */
  readonly name: string;
  readonly title: string;
  /** Runs once before all stages that ask for it. */
  readonly setUp: readonly SetUp[];
  /** Rejects where the stage could not even start. */
  run(): Promise<Counts>;
}

/** Makes something that stages need; rejects with what to do where it can't. */
export type SetUp = () => Promise<void>;

/** Where a stage's runner writes its results; what an earlier run left there is gone. */
function resultsFile(stage: string): string {
  const file = join(ROOT, 'out', 'test-results', `${stage}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

const buildAll: SetUp = () => build('--tests');
const browser: SetUp = async () => {
  process.env.CHROME_BIN = await requireChromium(); // for the stages' own processes
};
/** Desktop VS Code is downloaded by runTests; everything else uses the server. */
const onDesktop = process.env.VSCODE_TEST_HOST === 'desktop';

/** @param folder of the test files */
async function vitest(name: string, config: string, folder: string): Promise<Counts> {
  const file = resultsFile(name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  // The configuration is TypeScript like everything else, which Vite reads, but says it will want marked otherwise one day.
  const env = { VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
  const exitCode = await run('vitest', ['run', '--config', config, ...reporters], { env, stdout: 'stdout' });
  if (existsSync(file)) {
    for (const unfinished of unfinishedFiles(readFileSync(file, 'utf8'), testFiles(folder)))
      console.error(`${relative(ROOT, unfinished)} did not run to its end: its process was killed, or never started.`);
  }
  return stageCounts(exitCode, file);
}

const testFiles = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.ts'))
    .map(path => join(ROOT, folder, path));

async function insideVsCode(): Promise<Counts> {
  const file = resultsFile('vscode');
  const exitCode = await runTests({
    ...(onDesktop ? {} : { vscodeExecutablePath: join(ROOT, 'test', 'host', 'code.ts') }),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(ROOT, 'out', 'test', 'extension', 'index.js'),
    launchArgs: [makeSampleWorkspace(), '--disable-extensions'],
    extensionTestsEnv: { TEST_RESULTS: file },
  }).catch(() => 1); // it has printed why
  return stageCounts(exitCode, file, mochaCounts);
}

export const STAGES: readonly Stage[] = [
  {
    name: 'types',
    title: 'Types (tsc)',
    setUp: [],
    run: async () => stageCounts(await run('tsc', ['-p', 'tsconfig.json'], { stdout: 'stdout' })),
  },
  {
    name: 'lint',
    title: 'Format and lint (biome)',
    setUp: [],
    run: async () => stageCounts(await run('biome', ['check', '--error-on-warnings', '.'], { stdout: 'stdout' })),
  },
  {
    name: 'unit',
    title: 'Unit tests (vitest)',
    setUp: [buildAll],
    run: () => vitest('unit', 'vitest.config.ts', join('test', 'unit')),
  },
  {
    name: 'webview',
    title: 'Webview components in Chromium (vitest)',
    setUp: [browser],
    run: () => vitest('webview', 'vitest.browser.config.ts', 'webview'),
  },
  {
    name: 'vscode',
    title: `Inside the extension host (mocha, ${onDesktop ? 'desktop VS Code' : 'VS Code server'})`,
    setUp: onDesktop ? [buildAll] : [buildAll, browser, installServer],
    run: insideVsCode,
  },
  {
    name: 'ui',
    title: 'The workbench, driven (vitest, playwright)',
    setUp: [buildAll, browser, installServer],
    run: () => vitest('ui', join('test', 'ui', 'vitest.config.ts'), join('test', 'ui')),
  },
];
