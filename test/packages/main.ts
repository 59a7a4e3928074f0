// Records a program over each of many packages of npm, and prints what that costs and what is wrong: those of the unit tests, and large
// ones, which are installed into a folder of their own for the time.
//
//   npm run packages                       all but those that take many minutes
//   npm run packages -- pyodide sql.js     only these
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_PROGRAMS, type PackageProgram, versionOf } from '../unit/real/packagePrograms.ts';
import { compareProgram, printedBy } from '../unit/support/comparedPrograms.ts';
import { ROOT } from '../unit/support/fixtures.ts';

interface LargeProgram extends PackageProgram {
  readonly version: string;
  /** Arguments with which the script is run first, without recording. */
  readonly prepare?: readonly string[];
  /** Its threads write until the end, when memory is told: it may be another than the one that was recorded a moment before. */
  readonly hasThreads?: true;
  /** Takes many minutes: it runs where it is asked for. */
  readonly isLong: boolean;
}

const LARGE: readonly LargeProgram[] = [
  {
    packages: ['wasm-vips'],
    version: '0.0.19',
    madeBy: 'emscripten, C++ with Embind and threads; a side module in Rust',
    script: 'test/packages/programs/vips.cjs',
    args: [],
    modules: 2,
    instances: 2,
    // Of red, green, blue and alpha the first and the last are 255; 0 · 1 + 7.
    printed: ['4 2 4 127.5', '7'],
    hasThreads: true,
    isLong: false,
  },
  {
    packages: ['@electric-sql/pglite'],
    version: '0.5.17',
    madeBy: 'emscripten, C',
    script: 'test/packages/programs/pglite.cjs',
    prepare: ['make'],
    args: [],
    modules: 1,
    instances: 1,
    printed: [JSON.stringify([{ sum: 5050, count: 100 }])],
    isLong: false,
  },
  {
    packages: ['pyodide'],
    version: '314.0.7',
    madeBy: 'emscripten, C; JavaScript Promise Integration',
    script: 'test/packages/programs/pyodide.cjs',
    args: [],
    modules: 1,
    instances: 1,
    printed: ['{"squares": [0, 1, 4, 9, 16]}'],
    isLong: true,
  },
];

const HEADINGS = [
  'package',
  'modules',
  'instances',
  'calls',
  'nested',
  'steps',
  'bare ms',
  'recorded ms',
  'ratio',
  'wrong',
];

/** What is not as it should be, a few words each. */
function faultsOf(
  { bare, recorded, run, owners, memoryLine }: Awaited<ReturnType<typeof compareProgram>>,
  program: PackageProgram & Pick<LargeProgram, 'hasThreads'>,
): string[] {
  const [alone, here] = [printedBy(bare), printedBy(recorded)];
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const checks: readonly (readonly [boolean, string])[] = [
    [same(alone.printed, program.printed), `prints ${JSON.stringify(alone.printed)} by itself`],
    [same(here.printed, program.printed), `prints ${JSON.stringify(here.printed)} recorded`],
    [bare.code === recorded.code, `exit status ${bare.code}, recorded ${recorded.code}`],
    [program.hasThreads === true || memoryLine === here.memory, 'memory rebuilt is another'],
    [!owners.has('unrecorded'), 'unrecorded bytes'],
    [run.modules.length === program.modules && run.instances.length === program.instances, 'modules or instances'],
    [run.recordNote === null, run.recordNote ?? ''],
  ];
  return checks.flatMap(([isRight, what]) => (isRight ? [] : [what]));
}

/** @returns whether nothing was wrong */
async function report(program: Parameters<typeof faultsOf>[1], version: string): Promise<boolean> {
  const name = `${program.packages[0]} ${version} (${program.madeBy})`;
  try {
    const compared = await compareProgram(program.script, program.args);
    const { bare, recorded, run, calls, reader } = compared;
    const faults = faultsOf(compared, program);
    const cells = [
      run.modules.length,
      run.instances.length,
      calls.length,
      calls.filter(({ parent }) => parent !== null).length,
      reader.lastStep,
      Math.round(bare.ms),
      Math.round(recorded.ms),
      (recorded.ms / bare.ms).toFixed(1),
      faults.join('; ') || 'nothing',
    ];
    console.log(`| ${[name, ...cells].join(' | ')} |`);
    for (const note of run.notes) console.error(`${name}: ${note}`);
    return faults.length === 0;
  } catch (error) {
    console.log(`| ${name} | ${error instanceof Error ? error.message : String(error)} |`);
    return false;
  }
}

async function main(names: readonly string[]): Promise<boolean> {
  const isWanted = ({ packages }: PackageProgram): boolean => packages.some(each => names.includes(each));
  const small = PACKAGE_PROGRAMS.filter(each => names.length === 0 || isWanted(each));
  const large = LARGE.filter(each => (names.length === 0 ? !each.isLong : isWanted(each)));
  console.log(`| ${HEADINGS.join(' | ')} |\n|${'---|'.repeat(HEADINGS.length)}`);
  let isRight = true;
  for (const each of small) isRight = (await report(each, versionOf(each.packages[0]))) && isRight;
  if (large.length === 0) return isRight;
  const folder = mkdtempSync(join(tmpdir(), 'packages-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{}');
    const wanted = large.map(({ packages, version }) => `${packages[0]}@${version}`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    for (const each of large) {
      if (each.prepare)
        execFileSync(process.execPath, [each.script, folder, ...each.prepare], { cwd: ROOT, stdio: 'ignore' });
      isRight = (await report({ ...each, args: [folder, ...each.args] }, each.version)) && isRight;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return isRight;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
