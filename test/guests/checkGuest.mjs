// The worker of check.mjs: runs one guest through the demo with the plain WebAssembly JavaScript API, and tells the main thread how
// far it came after each step, so that a guest that never returns has told as much as it can.
import { parentPort, workerData } from 'node:worker_threads';
import loadWabt from 'wabt';

const PAGE = 65_536;
const ROUNDS = 5;
const FEATURES = { exceptions: true, threads: true, multi_memory: true };

const ALLOC_SIGNATURE = /^(i32)? -> i32$/;
const ADD_SIGNATURE = /^i32( i32)? -> (i32)?$/;

/** What the fixtures import beside memory, abort and print; a stub without an entry answers nothing, which counts as 0. */
const PLACEHOLDERS = {
  'env.log memory': () => new WebAssembly.Memory({ initial: 1 }),
  'env.table table': () => new WebAssembly.Table({ initial: 2, maximum: 10, element: 'anyfunc' }),
  'env.externs table': () => new WebAssembly.Table({ initial: 1, element: 'externref' }),
  'env.base global': () => new WebAssembly.Global({ value: 'i32' }, 0),
  'env.counter global': () => new WebAssembly.Global({ value: 'i64', mutable: true }, 0n),
  'env.ratio global': () => new WebAssembly.Global({ value: 'f32', mutable: true }, 0),
  'env.scale global': () => new WebAssembly.Global({ value: 'f64' }, 0),
  'env.extern global': () => new WebAssembly.Global({ value: 'externref' }, null),
  'env.__indirect_function_table table': () => new WebAssembly.Table({ initial: 0, element: 'anyfunc' }),
  'env.__memory_base global': () => new WebAssembly.Global({ value: 'i32' }, 0),
  'env.__table_base global': () => new WebAssembly.Global({ value: 'i32' }, 0),
  'GOT.mem.elsewhere global': () => new WebAssembly.Global({ value: 'i32', mutable: true }, 0),
  'env.full tag': () => new WebAssembly.Tag({ parameters: ['i32'] }),
};
const STUB_RESULTS = {
  'env.now': 0n,
  'env.half': 0,
  'env.scale': 0,
  'env.callback': null,
  'env.divmod': [0, 0n],
  'wasi_snapshot_preview1.fd_fdstat_get': 52, // not supported
};

/** Limits of memory 0 as wabt's text form has them. */
function declaredMemory(text) {
  const [whole, minimum, maximum, shared] = /\(memory \(;0;\) (\d+)(?: (\d+))?( shared)?\)/.exec(text);
  return { whole, initial: Number(minimum), maximum: maximum && Number(maximum), shared: shared !== undefined };
}

/** The value types of an exported function, as `i32 i32 -> i32`; empty where there is no such function. */
function signature(text, name) {
  const index = new RegExp(`\\(export "${name}" \\(func (\\d+)\\)\\)`).exec(text)?.[1];
  const header = text.split('\n').find(line => line.includes(`(func (;${index};) (type `));
  if (header === undefined) return '';
  const [, params = '', results = ''] = /\(type \d+\)(?: \(param ([^)]*)\))?(?: \(result ([^)]*)\))?/.exec(header);
  return `${params} -> ${results}`;
}

/** A module that defines its memory can't share it: its text form is made to import it instead. */
function importingMemory(text, { whole }, wabt) {
  const importing = text.replace(`  ${whole}\n`, '').replace('(module', `(module (import "check" "memory" ${whole})`);
  return new WebAssembly.Module(wabt.parseWat('guest.wat', importing, FEATURES).toBinary({}).buffer);
}

/** Every reading of what `print` was given: the three words in both orders, or the address of the three words. */
function possibleTexts(memory, words) {
  const bytes = Buffer.from(new Uint8Array(memory.buffer).slice());
  const [a, b, length] = words.length === 3 ? words : [0, 4, 8].map(offset => bytes.readUInt32LE(words[0] + offset));
  return [a, b].map(address => bytes.toString('utf8', address, address + length));
}

/** An AssemblyScript string: UTF-16, its size in bytes before it. */
function utf16(memory, address) {
  const bytes = Buffer.from(memory.buffer);
  return bytes.toString('utf16le', address, address + bytes.readUInt32LE(address - 4));
}

const wabt = await loadWabt();
const text = wabt.readWasm(workerData.bytes, FEATURES).toText({}); // without names: everything goes by index
const declared = declaredMemory(text);
const original = new WebAssembly.Module(workerData.bytes);
const imported = WebAssembly.Module.imports(original).some(({ kind }) => kind === 'memory');
const module = imported ? original : importingMemory(text, declared, wabt);

// The declared minimum, or a page where that is 0 and data lies behind it (demo/minimum-zero).
const memory = new WebAssembly.Memory({ ...declared, initial: Math.max(declared.initial, 1) });
const startPages = memory.buffer.byteLength / PAGE;
const limits = {
  minimum: declared.initial,
  maximum: declared.maximum ?? null,
  shared: declared.shared,
  pages: startPages,
};

let calls = null; // calls that returned; null while instances are made
let address = null;
const stubs = {};
const printed = []; // what each call printed, beside the line that it should have printed
let expectedLine = '';
let line = ''; // what was written to standard output since the last end of a line

function value() {
  const outside = address === null || address + 4 > memory.buffer.byteLength;
  return outside ? null : new DataView(memory.buffer).getInt32(address, true);
}

function report(state, more = {}) {
  const grown = memory.buffer.byteLength / PAGE - startPages;
  parentPort.postMessage({ state, imported, limits, calls, address, value: value(), grown, stubs, printed, ...more });
}

function provide({ module: from, name, kind }, print) {
  const whole = `${from}.${name}`;
  const placeholder = PLACEHOLDERS[`${whole} ${kind}`];
  if (placeholder) return placeholder();
  if (kind === 'memory') return memory;
  if (whole === 'env.print') return print;
  if (whole === 'wasi_snapshot_preview1.fd_write')
    return (_, vector, __, written) => {
      const bytes = Buffer.from(memory.buffer);
      const [address, length] = [vector, vector + 4].map(at => bytes.readUInt32LE(at));
      bytes.writeUInt32LE(length, written);
      line += bytes.toString('utf8', address, address + length);
      if (!line.endsWith('\n')) return 0;
      printed.push({ texts: [line.trimEnd()], expected: expectedLine });
      line = '';
      return 0;
    };
  if (whole === 'wasi_snapshot_preview1.proc_exit')
    return code => {
      throw new Error(`proc_exit: code ${code}`);
    };
  if (whole === 'env.abort')
    return (message, file, line, column) => {
      throw new Error(`abort: ${utf16(memory, message)} in ${utf16(memory, file)}:${line}:${column}`);
    };
  return () => {
    stubs[whole] = (stubs[whole] ?? 0) + 1;
    return STUB_RESULTS[whole];
  };
}

/** Makes a call, with the line that a printing guest must print in it. */
function call(line, run) {
  report('running');
  expectedLine = line;
  const result = run();
  calls++;
  return result;
}
function runDemo() {
  report('starting');
  const instances = Array.from({ length: workerData.instances }, () => {
    const imports = {};
    for (const each of WebAssembly.Module.imports(module)) {
      imports[each.module] ??= {};
      imports[each.module][each.name] = provide(each, (...words) =>
        printed.push({ texts: possibleTexts(memory, words), expected: expectedLine }),
      );
    }
    return new WebAssembly.Instance(module, imports).exports;
  });
  calls = 0;
  const [allocSignature, addSignature] = ['alloc_11', 'add_23'].map(name => signature(text, name));
  if (!ALLOC_SIGNATURE.test(allocSignature) || !ADD_SIGNATURE.test(addSignature))
    return report('no-guest', { exports: Object.keys(instances[0]) });

  const first = index => (addSignature.startsWith('i32 i32') ? [index] : []);
  const returned = call('alloc_11[#0]: 11', () => instances[0].alloc_11(...first(0)));
  address = returned >>> 0; // an address is unsigned, and i32 results come signed
  if (value() === null) return report('address-outside');
  for (let round = 0; round < ROUNDS; round++) {
    instances.forEach((instance, index) => {
      const next = 11 + 23 * (round * instances.length + index + 1);
      call(`add_23[#${index}]: ${next}`, () => instance.add_23(...first(index), returned));
    });
  }
  report('ended');
}

try {
  runDemo();
} catch (thrown) {
  // A WebAssembly.Exception is no Error: it has neither a message nor a stack.
  const { message, stack } = thrown instanceof Error ? thrown : { message: 'a WebAssembly exception', stack: '' };
  const frames = [...stack.matchAll(/at (\S+) \(wasm:/g)].map(match => match[1].replace(/^[^.]*\./, ''));
  report('trapped', { message, stack: frames });
}
