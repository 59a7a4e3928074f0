// Classes of the JavaScript API as Node has them, whatever a program puts in their place later.
export const { Instance, Module } = WebAssembly;
