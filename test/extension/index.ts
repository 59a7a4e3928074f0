// Entry of the tests inside VS Code (extensionTestsPath), the same for the desktop and for the test host: runs every bundled test
// file beside it, so that none can be forgotten.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** Called by the extension host; rejects when a test failed. TEST_RESULTS names the file to write the counts to. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true); // a failure names the line of the .ts file
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 120_000, forbidOnly: true, forbidPending: true });
  const grep = process.env.MOCHA_GREP;
  if (grep) mocha.grep(grep);
  for (const file of readdirSync(__dirname).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(join(__dirname, file));
  }
  const failed = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve);
    runner.once('end', () => {
      const { passes, failures } = runner.stats ?? { passes: 0, failures: 1 };
      if (process.env.TEST_RESULTS) {
        writeFileSync(process.env.TEST_RESULTS, JSON.stringify({ passed: passes, failed: failures }));
      }
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
