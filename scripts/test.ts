// npm test [-- STAGE …]: does all set-up, runs the stages (all of them, even where one fails), and ends with one line
// alone: "<n> passed, <m> failed". Exit code 1 if anything failed, 2 if there is no such stage.
import { main } from './lib/project.ts';
import type { Counts } from './test/results.ts';
import { type SetUp, STAGES, type Stage } from './test/stages.ts';

const FAILED: Counts = { passed: 0, failed: 1 };
const heading = (text: string) => console.log(`\n━━ ${text} ${'━'.repeat(Math.max(0, 100 - text.length))}`);

/** Each piece of set-up once; a later stage that needs one that failed fails with the same words. */
const setUps = new Map<SetUp, Promise<void>>();
function once(setUp: SetUp): Promise<void> {
  const running = setUps.get(setUp) ?? setUp();
  setUps.set(setUp, running);
  return running;
}

async function runStage(stage: Stage): Promise<Counts> {
  heading(stage.title);
  try {
    for (const setUp of stage.setUp) await once(setUp);
    return await stage.run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return FAILED;
  }
}

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find(name => !STAGES.some(stage => stage.name === name));
  if (unknown !== undefined) {
    console.error(`There is no stage '${unknown}': choose among ${STAGES.map(stage => stage.name).join(', ')}.`);
    return 2;
  }
  const total = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const stage of STAGES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const start = performance.now();
    const { passed, failed } = await runStage(stage);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    lines.push(`${failed > 0 ? '✗' : '✓'} ${stage.name.padEnd(8)} ${passed} passed, ${failed} failed (${seconds} s)`);
    total.passed += passed;
    total.failed += failed;
  }
  heading('Result');
  console.log(`${lines.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});
