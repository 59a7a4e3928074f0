import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../../src/cli/options.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean));
const DEFAULTS = { name: 'run', file: null, instances: 3, timeLimitMs: 10_000, json: false };

describe('a command line', () => {
  it.each([
    ['run', DEFAULTS],
    ['run a.wasm', { ...DEFAULTS, file: 'a.wasm' }],
    ['run --json', { ...DEFAULTS, json: true }],
    ['run --instances 64 a.wasm', { ...DEFAULTS, file: 'a.wasm', instances: 64 }],
    ['run --instances=1', { ...DEFAULTS, instances: 1 }],
    ['run --time-limit 0.5', { ...DEFAULTS, timeLimitMs: 500 }],
    ['run --time-limit 3600', { ...DEFAULTS, timeLimitMs: 3_600_000 }],
    ['--instances 2 run', { ...DEFAULTS, instances: 2 }],
    ['--help', { name: 'help' }],
    ['-h', { name: 'help' }],
    ['run --help', { name: 'help' }],
    ['--version', { name: 'version' }],
  ])("'%s' is understood", (line, command) => expect(parse(line)).toEqual(command));

  it('takes a file that begins with a dash behind --', () => {
    expect(parse('run -- -a.wasm')).toEqual({ ...DEFAULTS, file: '-a.wasm' });
  });

  it.each([
    ['', /command is missing/],
    ['walk', /no command 'walk'/],
    ['run a.wasm b.wasm', /'b.wasm' is one too many/],
    ['run --instances 0', /--instances takes a whole number from 1 to 64, not '0'/],
    ['run --instances 65', /'65'/],
    ['run --instances 2.5', /'2.5'/],
    ['run --instances three', /'three'/],
    ['run --instances=', /not ''/],
    ['run --instances', /instances/],
    ['run --time-limit 0', /--time-limit takes a number of seconds from 0.001 to 3600, not '0'/],
    ['run --time-limit=-1', /'-1'/],
    ['run --time-limit 3601', /'3601'/],
    ['run --time-limit Infinity', /'Infinity'/],
    ['run --time-limit NaN', /'NaN'/],
    ['run --json=yes', /json/],
    ['run --jsn', /--jsn/],
  ])("'%s' is refused in one sentence", (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
    expect(() => parse(line)).toThrow(/^[^\n]*\.$/);
  });
});
