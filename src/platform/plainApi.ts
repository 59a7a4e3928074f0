// Classes of the JavaScript API as Node has them, whatever a recorded program puts in their place later.
export const { Instance, Module } = WebAssembly;
