import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/cli/command.ts';
import { parseCommandLine } from '../../../src/cli/commandLine.ts';

const read = (args: readonly string[]) => {
  const { name, values } = parseCommandLine(args);
  return { name, ...values };
};
const parse = (line: string) => read(line.split(' ').filter(Boolean));
const OPTIONS = {
  files: [],
  instances: null,
  timeLimitMs: 10_000,
  record: 'stores',
  state: 'separate',
  recordingLimitBytes: 536_870_912, // 512 MiB
  allocators: [],
  late: 0,
  allocates: 'once',
};
const DEFAULTS = { name: 'run', ...OPTIONS, json: false, exportTo: null, findings: true, sarif: null };
const WHO = {
  name: 'who',
  ...OPTIONS,
  address: 0x548,
  step: null,
  json: false,
  all: false,
  reads: false,
  length: null,
};
const DUMP = {
  name: 'dump',
  ...OPTIONS,
  address: null,
  length: null,
  step: null,
  format: { name: 'hex', format: { kind: 'hex' } },
  json: false,
};
const DIFF = { name: 'diff', file: 'a', other: null, step: null, to: null, json: false };
const TRACE = { name: 'trace', ...OPTIONS, format: 'chrome', output: null };
const RECORD = {
  name: 'record',
  script: 'a.js',
  args: [],
  record: 'stores',
  recordingLimitBytes: 536_870_912,
  module: null,
  memory: null,
  fromCall: null,
  calls: null,
  function: null,
  paused: false,
  allocators: [],
  exact: false,
  exportTo: 'a.wsmrec',
};

describe('a command line', () => {
  it.each([
    ['run', DEFAULTS],
    ['run a.wasm', { ...DEFAULTS, files: ['a.wasm'] }],
    ['run --json', { ...DEFAULTS, json: true }],
    ['run --instances 64 a.wasm', { ...DEFAULTS, files: ['a.wasm'], instances: 64 }],
    ['run --instances=1', { ...DEFAULTS, instances: 1 }],
    ['run --time-limit 0.5', { ...DEFAULTS, timeLimitMs: 500 }],
    ['run --time-limit 3600', { ...DEFAULTS, timeLimitMs: 3_600_000 }],
    ['--instances 2 run', { ...DEFAULTS, instances: 2 }],
    ['run --record all', { ...DEFAULTS, record: 'all' }],
    ['run --record calls', { ...DEFAULTS, record: 'calls' }],
    ['run --allocator a(size)=>ptr;b(ptr)', { ...DEFAULTS, allocators: ['a(size)=>ptr', 'b(ptr)'] }],
    ['run --sarif out.sarif', { ...DEFAULTS, sarif: 'out.sarif' }],
    ['heap --step 3', { name: 'heap', ...OPTIONS, json: false, step: 3 }],
    ['find a.wsmrec --sarif x', { name: 'find', ...OPTIONS, files: ['a.wsmrec'], json: false, sarif: 'x' }],
    ['run --late 2', { ...DEFAULTS, late: 2 }],
    ['run a.wasm b.wasm', { ...DEFAULTS, files: ['a.wasm', 'b.wasm'] }],
    ['run a.wasm b.wasm --late', { ...DEFAULTS, files: ['a.wasm', 'b.wasm'], late: 'others' }],
    ['run --late a.wasm b.wasm', { ...DEFAULTS, files: ['a.wasm', 'b.wasm'], late: 'others' }],
    ['run a.wasm --late 1 b.wasm', { ...DEFAULTS, files: ['a.wasm', 'b.wasm'], late: 1 }],
    ['run --late=2 a.wasm', { ...DEFAULTS, files: ['a.wasm'], late: 2 }],
    ['run --late --json a.wasm b.wasm', { ...DEFAULTS, files: ['a.wasm', 'b.wasm'], late: 'others', json: true }],
    ['run --corrupt', { ...DEFAULTS, allocates: 'each' }],
    ['run --findings off', { ...DEFAULTS, findings: false }],
    ['find a.wasm --json', { name: 'find', ...OPTIONS, files: ['a.wasm'], json: true, sarif: null }],
    ['run --state shared', { ...DEFAULTS, state: 'shared' }],
    ['who --address 1352 --state shared', { ...WHO, state: 'shared' }],
    ['run --recording-limit 1', { ...DEFAULTS, recordingLimitBytes: 1_048_576 }],
    ['run --export a.wsmrec', { ...DEFAULTS, exportTo: 'a.wsmrec' }],
    ['who a.wasm --address 0x548', { ...WHO, files: ['a.wasm'] }],
    ['who --address 1352 --step 0 --json', { ...WHO, step: 0, json: true }],
    ['who --address 0x540+8 --record all --instances 2', { ...WHO, record: 'all', instances: 2 }],
    ['who --address 1352 --all --length 8', { ...WHO, all: true, length: 8 }],
    ['who --address -4', { ...WHO, address: 4_294_967_292 }],
    ['who --address=-0x10+4 a.wasm', { ...WHO, files: ['a.wasm'], address: 4_294_967_284 }],
    ['record a.js --export a.wsmrec -- --address -4', { ...RECORD, args: ['--address', '-4'] }],
    ['who --address 1352 --all --reads', { ...WHO, all: true, reads: true }],
    ['who --address 0xffffffff', { ...WHO, address: 4_294_967_295 }],
    ['dump a.wasm', { ...DUMP, files: ['a.wasm'] }],
    ['dump --address 16 --length 0x20 --step 3', { ...DUMP, address: 16, length: 32, step: 3 }],
    ['dump --format f32', { ...DUMP, format: { name: 'f32', format: { kind: 'number', type: 'f32' } } }],
    ['diff a', DIFF],
    ['diff a b --step 3 --json', { ...DIFF, other: 'b', step: 3, json: true }],
    ['diff a --to 4', { ...DIFF, to: 4 }],
    ['trace a.wasm', { ...TRACE, files: ['a.wasm'] }],
    ['trace --format chrome --output a.json', { ...TRACE, output: 'a.json' }],
    ['record a.js --export a.wsmrec', RECORD],
    [
      'record a.js one --export a.wsmrec --module m --record all -- --two',
      { ...RECORD, args: ['one', '--two'], module: 'm', record: 'all' },
    ],
    ['--help', { name: 'help' }],
    ['-h', { name: 'help' }],
    ['run --help', { name: 'help' }],
    ['--version', { name: 'version' }],
  ])("'%s' is understood", (line, command) => expect(parse(line)).toEqual(command));

  it('takes a file that begins with a dash behind --', () => {
    expect(parse('run -- -a.wasm')).toEqual({ ...DEFAULTS, files: ['-a.wasm'] });
  });

  it.each([
    ['', /command is missing/],
    ['walk', /no command 'walk'/],
    ['run --instances 0', /--instances takes a whole number from 1 to 64, not '0'/],
    ['run --instances 65', /'65'/],
    ['run --instances 2.5', /'2.5'/],
    ['run --instances three', /'three'/],
    ['run --instances=', /not ''/],
    ['run --instances', /instances/],
    ['run --late -1', /--late takes a whole number from 0 to 63, not '-1'/],
    ['run --late 64', /not '64'/],
    ['run --time-limit 0', /--time-limit takes a number of seconds from 0.001 to 3600, not '0'/],
    ['run --time-limit=-1', /'-1'/],
    ['run --time-limit 3601', /'3601'/],
    ['run --time-limit Infinity', /'Infinity'/],
    ['run --time-limit NaN', /'NaN'/],
    ['run --instances 1e1', /'1e1'/],
    ['run --record most', /--record takes calls, stores, all, not 'most'/],
    ['run --state mine', /--state takes separate, shared, not 'mine'/],
    ['record a.js --export a --state shared', /--state is no option of 'record'/],
    ['run --recording-limit 0', /--recording-limit takes a whole number of MB from 1 to 65536, not '0'/],
    ['run --export=', /--export takes the path of a file, not ''/],
    ['run --address 0x548', /--address is no option of 'run'/],
    ['run --output a.json', /--output is no option of 'run'/],
    ['trace --json', /--json is no option of 'trace'/],
    ['who --address 1 --export a', /--export is no option of 'who'/],
    ['who a.wasm', /'who' needs the byte in question: --address A/],
    ['who --address here', /--address 'here': “here” is no address/],
    ['who --address=', /--address '': Type an address/],
    ['who --address -2147483649', /--address '-2147483649': -2147483649 is no address: as an i32/],
    ['who --address --all', /address/],
    ['run --allocator ;', /--allocator takes 'name\(size\)=>ptr'/],
    ['run --allocator a(size)', /--allocator takes 'name\(size\)=>ptr'.*, not 'a\(size\)'/],
    ['dump --length -4', /--length takes a whole number from 1 to 4294967296, not '-4'/],
    ['run -4', /-4/],
    ['who --address 0x100000000', /0x100000000 is outside the memory/],
    ['who --address 1 --step 1.5', /--step takes a whole number from 0 to \d+, not '1\.5'/],
    ['who --address 1 --step=-1', /'-1'/],
    ['who --address 1 --step -1', /--step takes a whole number from 0 to \d+, not '-1'/],
    ['trace --format perfetto', /--format takes chrome, not 'perfetto'/],
    ['record --export a.wsmrec', /'record' needs the script to run/],
    ['record a.js', /'record' needs the file to write: --export OUT\.wsmrec/],
    ['record a.js --export a --record calls', /--record takes stores, all with 'record', not 'calls'/],
    ['record a.js --export a --instances 2', /--instances is no option of 'record'/],
    ['run --json=yes', /json/],
    ['run --jsn', /--jsn/],
  ])("'%s' is refused in one sentence", (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
    expect(() => parse(line)).toThrow(/^[^\n]*\.$/);
  });
});
