// Holds every fixture to what index.ts expects of it, with the plain WebAssembly JavaScript API and wabt. Nothing of this project's
// engine takes part, so the engine's tests rest on expectations that were found without it.
//
//   node_modules/.bin/node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON test/guests/check.mjs
//
// prints a line for each fixture; the exit code is 1 where one is not as expected.
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { fixtures } from './index.ts';

/** Time (ms) after which a guest counts as one that never returns. */
const PATIENCE = 3000;

/** What each kind of expectation calls the state that checkGuest.mjs ends with. */
const STATES = {
  reaches: 'ended',
  differs: 'ended',
  traps: 'trapped',
  'never-returns': 'never-returns',
  'address-outside': 'address-outside',
  'no-guest': 'no-guest',
};

/** Files that V8 compiles all the same: they are refused for what they are. */
const COMPILABLE = ['bad/header-only', 'bad/no-memory', 'bad/relocatable-object', 'bad/memory64'];

/** Runs a guest in a worker of its own: resolves with its last report, or with the one before it stopped reporting. */
function observe(bytes, instances) {
  return new Promise((resolve, reject) => {
    let last = null;
    const worker = new Worker(new URL('checkGuest.mjs', import.meta.url), { workerData: { bytes, instances } });
    const timer = setTimeout(() => {
      last = { ...last, state: 'never-returns' };
      worker.terminate();
    }, PATIENCE);
    worker.on('message', report => {
      last = report;
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(last);
    });
  });
}

/** Pairs of what was seen and what is expected, by what they are. */
function comparisons(expectation, seen) {
  const common = { state: [seen.state, STATES[expectation.kind]] };
  switch (expectation.kind) {
    case 'reaches': {
      const { kind, ...limits } = expectation.memory;
      const lines = expectation.prints ? seen.calls : 0;
      const stubs = expectation.stubsCalled.map(({ module, name, calls }) => [`${module}.${name}`, calls]);
      return {
        ...common,
        value: [seen.value, expectation.value],
        address: [seen.address, expectation.address],
        memory: [seen.imported ? 'imported' : 'defined', kind],
        limits: [seen.limits, limits],
        'pages grown': [seen.grown, expectation.grownPages],
        'stubs called': [Object.entries(seen.stubs).sort(), stubs.sort()],
        'lines printed': [seen.printed.filter(({ texts, expected }) => texts.includes(expected)).length, lines],
        'texts printed': [seen.printed.length, lines],
      };
    }
    case 'differs': {
      const adds = seen.printed.slice(1);
      const stale = adds.filter(({ texts }) => texts.some(text => text.endsWith(`]: ${expectation.printed}`)));
      return {
        ...common,
        value: [seen.value, expectation.actual],
        address: [seen.address, expectation.address],
        'lines printed': [stale.length, seen.calls - 1],
      };
    }
    case 'traps':
      return {
        ...common,
        value: [seen.value, expectation.actual],
        'calls returned': [seen.calls, expectation.returnedCalls],
        message: [expectation.message.test(seen.message) ? 'matches' : seen.message, 'matches'],
        stack: [seen.stack?.slice(0, expectation.stack.length), expectation.stack],
      };
    case 'never-returns':
      return {
        ...common,
        value: [seen.value, expectation.actual],
        'calls returned': [seen.calls, expectation.returnedCalls],
      };
    case 'address-outside':
      return { ...common, address: [seen.address, expectation.address] };
    case 'no-guest':
      return { ...common, exports: [seen.exports, expectation.exports] };
    default:
      throw new Error(`no check for '${expectation.kind}'`);
  }
}

function describe({ state, imported, address, value, grown, message, stack }) {
  return [
    state,
    imported ? '' : 'memory made importable by wabt',
    value === null ? '' : `value ${value}`,
    address === null ? '' : `at ${address}`,
    grown ? `grew ${grown} pages` : '',
    message ? `'${message}' in ${stack.slice(0, 3).join(' < ') || 'no stack'}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function v8Verdict(bytes) {
  try {
    new WebAssembly.Module(bytes);
    return 'compiles';
  } catch (error) {
    return error.message.replace('WebAssembly.Module(): ', '');
  }
}

async function check({ name, file, instances, expectation }) {
  // A copy: wabt misreads a Buffer, which may be a part of a larger one.
  const bytes = new Uint8Array(readFileSync(new URL(file, import.meta.url)));
  if (expectation.kind === 'refused') {
    const verdict = v8Verdict(bytes);
    const compiles = verdict === 'compiles';
    const wrong = compiles !== COMPILABLE.includes(name) ? [`V8: ${verdict}`] : [];
    return { result: `${expectation.problem}; V8: ${verdict}`, wrong };
  }
  const seen = await observe(bytes, instances);
  const wrong = Object.entries(comparisons(expectation, seen)).flatMap(([what, pair]) => {
    const [actual, expected] = pair.map(each => JSON.stringify(each));
    return actual === expected ? [] : [`${what}: ${actual}, not ${expected}`];
  });
  return { result: describe(seen), wrong };
}

let failed = 0;
for (const fixture of fixtures) {
  const { result, wrong } = await check(fixture);
  if (wrong.length > 0) failed++;
  const instances = String(fixture.instances).padStart(2);
  console.log(`${wrong.length > 0 ? 'WRONG' : 'ok   '} ${fixture.name.padEnd(36)} ${instances}  ${result}`);
  for (const each of wrong) console.log(`      ${each}`);
}
console.log(
  failed > 0 ? `${failed} of ${fixtures.length} are not as expected` : `all ${fixtures.length} are as expected`,
);
process.exitCode = failed > 0 ? 1 : 0;
