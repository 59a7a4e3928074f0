// Holds every fixture to what index.ts expects of it, with the plain WebAssembly JavaScript API and wabt: nothing of this project's
// engine takes part, so that the engine's tests rest on expectations that were found without it.
//
//   node_modules/.bin/node test/guests/check.mjs        prints a table; the exit code is 1 where a fixture is not as expected
//
// A guest that defines its memory can't share it with this API alone: wabt's text form of it is made to import it.
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import loadWabt from 'wabt';

const PAGE = 65_536;
const ROUNDS = 5;
/** Time (ms) after which a guest counts as one that never returns. */
const PATIENCE = 2000;

const wabt = await loadWabt();
const FEATURES = { exceptions: true, threads: true, multi_memory: true, reference_types: true, bulk_memory: true };

/** The first memory as the text format has it, and where active data segments end. */
function declaredMemory(text) {
  const found = /\(memory (?:\(;0;\)|\$\S+) (\d+)(?: (\d+))?( shared)?\)/.exec(text);
  if (!found) throw new Error('no memory found in the text form');
  return {
    initial: Number(found[1]),
    maximum: found[2] === undefined ? undefined : Number(found[2]),
    shared: found[3] !== undefined,
    text: found[0],
  };
}

/** The value types of an exported function, as `i32 i32 -> i32`; null where there is no such function. */
function signature(text, name) {
  const id = new RegExp(`\\(export "${name}" \\(func (\\S+)\\)\\)`).exec(text)?.[1];
  const start = `  (func ${/^\d/.test(id) ? `(;${id};)` : id} (type`;
  const header = text.split('\n').find(line => line.startsWith(start));
  if (id === undefined || header === undefined) return null;
  const types = part =>
    [...header.matchAll(new RegExp(`\\(${part} ([^)]*)\\)`, 'g'))]
      .flatMap(match => match[1].split(' '))
      .filter(word => !word.startsWith('$'))
      .join(' ');
  return `${types('param')} -> ${types('result')}`;
}

const ALLOC_SIGNATURE = /^(i32)? -> i32$/;
const ADD_SIGNATURE = /^i32( i32)? -> (i32)?$/;

/** Instances over one memory, run through the demo; sends what it finds to the main thread as it goes. */
function run(bytes, instances) {
  const source = wabt.readWasm(bytes, { ...FEATURES, readDebugNames: true });
  const text = source.toText({});
  const declared = declaredMemory(text);
  let module = new WebAssembly.Module(bytes);
  const imported = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory');
  if (!imported) {
    const importing = text
      .replace(/\(module(?: \$\S+)?/, start => `${start} (import "check" "memory" ${declared.text})`)
      .replace(new RegExp(`^  ${declared.text.replace(/[$()]/g, '\\$&')}$`, 'm'), '');
    module = new WebAssembly.Module(wabt.parseWat('guest.wat', importing, FEATURES).toBinary({ write_debug_names: true }).buffer);
  }

  const calledStubs = {};
  const printed = [];
  let memory;
  const importObject = () => {
    const object = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      object[from] ??= {};
      object[from][name] = placeholder(`${from}.${name}`, kind);
    }
    return object;
  };
  const placeholder = (name, kind) => {
    if (name === 'env.log' && kind === 'memory') return new WebAssembly.Memory({ initial: 1 });
    if (kind === 'memory') return memory;
    if (kind === 'table') return new WebAssembly.Table(name === 'env.externs' ? { initial: 1, element: 'externref' } : { initial: 2, maximum: 10, element: 'anyfunc' });
    if (kind === 'tag') return new WebAssembly.Tag({ parameters: ['i32'] });
    if (kind === 'global') return GLOBALS[name]();
    if (name === 'env.print') return (...words) => printed.push(words);
    if (name === 'env.abort')
      return (message, file, line, column) => {
        throw new Error(`abort: ${utf16(message)} in ${utf16(file)}:${line}:${column}`);
      };
    return () => {
      calledStubs[name] = (calledStubs[name] ?? 0) + 1;
      return STUB_RESULTS[name];
    };
  };
  const utf16 = address => {
    const bytes = Buffer.from(memory.buffer);
    return bytes.toString('utf16le', address, address + bytes.readUInt32LE(address - 4));
  };

  // The declared minimum, or a page more where data lies behind it (demo/minimum-zero).
  memory = new WebAssembly.Memory({ ...declared, initial: Math.max(declared.initial, 1) });
  const startPages = memory.buffer.byteLength / PAGE;
  const report = more =>
    parentPort.postMessage({
      imported,
      declared: { minimum: declared.initial, maximum: declared.maximum ?? null, shared: declared.shared, pages: startPages },
      ...more,
    });
  report({ state: 'starting', calls: null });
  const all = Array.from({ length: instances }, () => new WebAssembly.Instance(module, importObject()).exports);
  if (!ALLOC_SIGNATURE.test(signature(text, 'alloc_11')) || !ADD_SIGNATURE.test(signature(text, 'add_23'))) return report({ state: 'no-guest', exports: Object.keys(all[0]) });

  const takesInstance = all[0].add_23.length === 2;
  let calls = 0;
  let address = null;
  const lines = [];
  const value = () => {
    if (address === null || address + 4 > memory.buffer.byteLength) return null;
    return new DataView(memory.buffer).getInt32(address, true);
  };
  const state = name =>
    report({ state: name, calls, address, value: value(), grown: memory.buffer.byteLength / PAGE - startPages, stubs: calledStubs, lines });
  const step = (label, call) => {
    state('running');
    const result = call();
    calls++;
    for (const words of printed.splice(0)) lines.push({ texts: possibleTexts(memory, words), expected: label });
    return result;
  };
  try {
    address = step('alloc_11[#0]: 11', () => (takesInstance ? all[0].alloc_11(0) : all[0].alloc_11())) >>> 0;
    if (address + 4 > memory.buffer.byteLength) return state('address-outside');
    for (let round = 0; round < ROUNDS; round++) {
      for (let index = 0; index < instances; index++) {
        const next = 11 + 23 * (round * instances + index + 1);
        step(`add_23[#${index}]: ${next}`, () => (takesInstance ? all[index].add_23(index, address) : all[index].add_23(address)));
      }
    }
    state('ended');
  } catch (error) {
    // A WebAssembly.Exception is no Error and has neither message nor stack.
    const message = error instanceof Error ? error.message : 'a WebAssembly exception';
    const stack = [...String(error.stack ?? '').matchAll(/at (\S+) \(wasm:/g)].map(match => match[1].replace(/^[^.]*\./, ''));
    report({ state: 'trapped', calls, value: value(), message, stack });
  }
}

/** Every reading of a `print`: the words themselves in both orders, or the three words at the address. */
function possibleTexts(memory, words) {
  const bytes = Buffer.from(new Uint8Array(memory.buffer).slice());
  const [a, b, length] = words.length === 3 ? words : [0, 4, 8].map(offset => bytes.readUInt32LE(words[0] + offset));
  return [a, b].map(address => bytes.toString('utf8', address, address + length));
}

const GLOBALS = {
  'env.base': () => new WebAssembly.Global({ value: 'i32' }, 0),
  'env.counter': () => new WebAssembly.Global({ value: 'i64', mutable: true }, 0n),
  'env.ratio': () => new WebAssembly.Global({ value: 'f32', mutable: true }, 0),
  'env.scale': () => new WebAssembly.Global({ value: 'f64' }, 0),
  'env.extern': () => new WebAssembly.Global({ value: 'externref' }, null),
};
const STUB_RESULTS = { 'env.now': 0n, 'env.half': 0, 'env.scale': 0, 'env.callback': null, 'env.divmod': [0, 0n] };

/** The worker's last word on a fixture: what it ended with, or what it was doing when patience ran out. */
function observe(bytes, instances) {
  return new Promise(resolve => {
    let last = { state: 'nothing' };
    const worker = new Worker(new URL(import.meta.url), { workerData: { bytes, instances } });
    const timer = setTimeout(() => {
      last = { ...last, state: 'never-returns' };
      worker.terminate();
    }, PATIENCE);
    worker.on('message', message => {
      last = message;
    });
    worker.on('error', error => {
      const stack = [...String(error.stack).matchAll(/at (\S+) \(wasm:/g)].map(match => match[1].replace(/^[^.]*\./, ''));
      last = { ...last, state: 'trapped', message: error.message, stack };
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(last);
    });
  });
}

/** What is not as expected, one text each. */
function complaints(expectation, seen) {
  const found = [];
  const same = (what, actual, expected) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) found.push(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
  };
  const { kind } = expectation;
  same('state', seen.state, { reaches: 'ended', differs: 'ended', traps: 'trapped', 'never-returns': 'never-returns', 'address-outside': 'address-outside', 'no-guest': 'no-guest' }[kind]);
  if (kind === 'reaches') {
    same('value', seen.value, expectation.value);
    same('address', seen.address, expectation.address);
    const { kind: memoryKind, ...limits } = expectation.memory;
    same('memory', seen.imported ? 'imported' : 'defined', memoryKind);
    same('limits', { ...seen.declared }, { minimum: limits.minimum, maximum: limits.maximum, shared: limits.shared, pages: limits.pages });
    same('pages grown', seen.grown, expectation.grownPages);
    const stubs = Object.fromEntries(expectation.stubsCalled.map(({ module, name, calls }) => [`${module}.${name}`, calls]));
    same('stubs', Object.entries(seen.stubs ?? {}).sort(), Object.entries(stubs).sort());
    same('lines printed', seen.lines?.length, expectation.prints ? seen.calls : 0);
    for (const { texts, expected } of seen.lines ?? []) if (!texts.includes(expected)) found.push(`printed ${JSON.stringify(texts)}, not ${expected}`);
  }
  if (kind === 'differs') {
    same('value', seen.value, expectation.actual);
    same('address', seen.address, expectation.address);
    for (const { texts } of seen.lines?.slice(1) ?? []) if (!texts.some(text => text.endsWith(`]: ${expectation.printed}`))) found.push(`printed ${texts}`);
  }
  if (kind === 'traps' || kind === 'never-returns') {
    same('calls returned', seen.calls, expectation.returnedCalls);
    same('value', seen.value ?? null, expectation.actual);
  }
  if (kind === 'traps') {
    if (!expectation.message.test(seen.message)) found.push(`message: ${seen.message}`);
    same('stack', seen.stack?.slice(0, expectation.stack.length), expectation.stack);
  }
  if (kind === 'address-outside') same('address', seen.address, expectation.address);
  if (kind === 'no-guest' && seen.exports) same('exports', seen.exports, expectation.exports);
  return found;
}

/** V8's verdict on a file that can't be run; some compile all the same, and are refused for what they are. */
const COMPILES = new Set(['no-memory', 'relocatable-object', 'unsupported-memory']);
function refusal(bytes, problem) {
  try {
    new WebAssembly.Module(bytes);
    return { verdict: 'compiles', found: COMPILES.has(problem) ? [] : ['V8 compiles it'] };
  } catch (error) {
    return { verdict: error.message.replace(/^WebAssembly.Module\(\): /, ''), found: problem === 'no-memory' ? ['V8 refuses it'] : [] };
  }
}

if (isMainThread) {
  const { fixtures } = await import('./index.ts');
  let failed = 0;
  for (const { name, file, instances, expectation } of fixtures) {
    // A copy: wabt misreads a Buffer, which may be a part of a larger one.
    const bytes = new Uint8Array(readFileSync(new URL(file, import.meta.url)));
    let result;
    let found;
    if (expectation.kind === 'refused') {
      const { verdict, found: refusalFound } = refusal(bytes, expectation.problem);
      result = `${expectation.problem}; V8: ${verdict}`;
      found = refusalFound;
    } else {
      const seen = await observe(bytes, instances);
      found = complaints(expectation, seen);
      const { state, imported, address, value, grown, message, stack } = seen;
      result = [
        state,
        imported ? '' : 'memory made importable by wabt',
        value === undefined ? '' : `value ${value}`,
        address === undefined ? '' : `at ${address}`,
        grown ? `grew ${grown} pages` : '',
        message ? `'${message}' in ${stack.slice(0, 3).join(' < ')}` : '',
      ].filter(Boolean).join(', ');
    }
    if (found.length > 0) failed++;
    console.log(`${found.length > 0 ? 'WRONG' : 'ok   '} ${name.padEnd(36)} ${String(instances).padStart(2)}  ${result}`);
    for (const each of found) console.log(`      ${each}`);
  }
  console.log(failed > 0 ? `${failed} of ${fixtures.length} fixtures are not as expected` : `all ${fixtures.length} fixtures are as expected`);
  process.exitCode = failed > 0 ? 1 : 0;
} else {
  run(workerData.bytes, workerData.instances);
}
