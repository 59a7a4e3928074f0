// binaryen: an optimizer of WebAssembly in C++. Folds a sum of two constants.
import './tellMemory.cjs';
import './steady.cjs';

const { default: binaryen } = await import('binaryen');

const module = new binaryen.Module();
const { i32 } = module;
module.addFunction('sum', binaryen.none, binaryen.i32, [], i32.add(i32.const(40), i32.const(2)));
module.addFunctionExport('sum', 'sum');
module.optimize();
const binary = module.emitBinary();
module.dispose();
console.log(Buffer.from(binary).toString('hex'));
console.log(new WebAssembly.Instance(new WebAssembly.Module(binary)).exports.sum());
