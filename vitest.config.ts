// Unit tests: everything that needs neither VS Code nor a browser.
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest comes first: begun last, it would leave all cores but one without work. */
const SLOW = ['real/packages', 'record/randomModules', 'program/programEnd', 'engine/fixtures', 'cli/who', 'cli/diff'];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = SLOW.findIndex(each => moduleId.includes(each));
      return at < 0 ? SLOW.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    allowOnly: false,
    maxWorkers: '100%', // of the cores: vitest would leave one to itself, which is half of two
    testTimeout: 120_000, // tests that start processes wait for their turn on a busy machine
    sequence: { sequencer: SlowFirst },
  },
});
