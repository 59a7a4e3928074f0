// Classes of the JavaScript API as Node has them, whatever a recorded program puts in their place later.
export const { Global, Instance, Memory, Module } = WebAssembly;

const getExports = Object.getOwnPropertyDescriptor(Instance.prototype, 'exports')?.get;

/** What an instance exports, as V8 has it. */
export const exportsOf = (instance: WebAssembly.Instance): WebAssembly.Exports =>
  getExports ? Reflect.apply(getExports, instance, []) : instance.exports;

const getBuffer = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, 'buffer')?.get;

/** The buffer of a memory, as V8 has it: a program that is recorded reads it by a getter that counts who has it. */
export const bufferOf = (memory: WebAssembly.Memory): ArrayBuffer | SharedArrayBuffer =>
  getBuffer ? Reflect.apply(getBuffer, memory, []) : memory.buffer;
