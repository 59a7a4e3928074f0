// quickjs-emscripten: a JavaScript engine in C that runs JavaScript, and calls back into ours. The limit of a sum is an argument.
require('./tellMemory.cjs');
require('./steady.cjs');
const { getQuickJS } = require('quickjs-emscripten');

async function main() {
  const vm = (await getQuickJS()).newContext();
  const say = vm.newFunction('say', handle => {
    console.log(vm.getString(handle));
    return vm.newNumber(7);
  });
  vm.setProp(vm.global, 'say', say);
  say.dispose();
  const code = `
    let sum = 0n;
    for (let i = 1n; i <= ${process.argv[2]}n; i++) sum += i * i;
    say('squares: ' + sum) + [3, 1, 2].sort().map(x => x * 10).join()`;
  const result = vm.unwrapResult(vm.evalCode(code));
  console.log(vm.dump(result));
  result.dispose();
  const failed = vm.evalCode('null.nothing');
  console.log(vm.dump(failed.error).message);
  failed.error.dispose();
  vm.dispose();
}

main();
