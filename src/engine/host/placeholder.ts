// Tables, globals, tags and further memories: the declared type with zero contents.
import { messageOf } from '../../protocol/text.ts';
import type { Import } from '../../wasm/module.ts';
import { inputError } from '../input/errors.ts';
import { declaredMemory } from '../input/memory.ts';
import type { HostModule } from './hostModule.ts';
import { zeroOf } from './values.ts';

export const placeholder: HostModule = each => {
  if (each.kind === 'function') return null;
  return { label: 'placeholder', make: () => makeOrExplain(each) };
};

type NoFunction = Exclude<Import, { kind: 'function' }>;

function makeOrExplain(each: NoFunction): WebAssembly.ImportValue {
  try {
    return make(each);
  } catch (error) {
    throw inputError(
      'link-error',
      `The module imports the ${each.kind} '${each.module}.${each.name}', which can't be provided; V8 says: ${messageOf(error)}.`,
      'Build the module so that it does not import it.',
    );
  }
}

function make(each: NoFunction): WebAssembly.ImportValue {
  switch (each.kind) {
    case 'memory':
      return declaredMemory(each.type);
    case 'table': {
      const { element, limits } = each.type;
      const descriptor: WebAssembly.TableDescriptor = {
        element: element === 'externref' ? 'externref' : 'anyfunc',
        initial: Number(limits.minimum),
      };
      if (limits.maximum !== null) descriptor.maximum = Number(limits.maximum);
      return new WebAssembly.Table(descriptor);
    }
    case 'global': {
      const { type, mutable } = each.type;
      // The JavaScript API writes funcref as 'anyfunc'; V8 takes the other names as the text format writes them.
      const value = (type === 'funcref' ? 'anyfunc' : type) as WebAssembly.ValueType;
      return new WebAssembly.Global({ value, mutable }, zeroOf(type));
    }
    case 'tag':
      // The text format's value types are the ones that the JavaScript API takes, and tags are values that it imports.
      return new WebAssembly.Tag({
        parameters: [...(each.type?.params ?? [])] as WebAssembly.ValueType[],
      }) as WebAssembly.ImportValue;
  }
}
