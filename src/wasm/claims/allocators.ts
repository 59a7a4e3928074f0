// Functions of allocators, known by their names.

import { readAllocator } from '../../protocol/allocatorTexts.ts';
import type { AllocatorFamily, AllocatorFunction, AllocatorOperands, AllocatorRole } from '../../protocol/claims.ts';
import type { Module } from '../module.ts';
import { readNames } from '../names.ts';
import type { FunctionType } from '../types.ts';
import { findDlmalloc } from './dlmalloc.ts';

interface Known {
  readonly family: AllocatorFamily;
  readonly role: AllocatorRole;
  /** What it is called, or how its mangled name looks. */
  readonly names: readonly string[] | RegExp;
  readonly operands: AllocatorOperands;
  /** How many parameters it has; any number where that is null, as long as the operands are among them. */
  readonly parameters: number | null;
}

const NOTHING: AllocatorOperands = { size: null, count: null, bytes: null, block: null, out: null };

const known = (
  family: AllocatorFamily,
  role: AllocatorRole,
  names: Known['names'],
  operands: Partial<AllocatorOperands>,
): Known => ({ family, role, names, operands: { ...NOTHING, ...operands }, parameters: null });

/** A function of malloc's family: as it is, as dlmalloc's and emmalloc's, as Emscripten's, musl's and Zig's own. */
const libc = (name: string): readonly string[] => [
  name,
  `dl${name}`,
  `emmalloc_${name}`,
  `emscripten_builtin_${name}`,
  `__libc_${name}`,
  `_emscripten_builtin_${name}`,
  `c.malloc.${name}`,
];

/**
 * Functions of emmalloc that are given an alignment, with and without that parameter: an optimizer takes it away where it is the same in
 * all calls. All that emmalloc hands out comes from one of them, so that sizes differ.
 * @param alignment which parameter that is; the size is the next one
 */
const aligned = (role: AllocatorRole, names: readonly string[], alignment: number, block: number | null): Known[] =>
  [1, 0].map(has => ({
    ...known('malloc', role, names, { block, size: alignment + has }),
    parameters: alignment + 1 + has,
  }));

/** Rust's have the crate's hash in new versions: `_RNvCs…_7___rustc12___rust_alloc`, or, demangled, `__rustc[…]::__rust_alloc`. */
const rust = (name: string): RegExp => new RegExp(`^(.*[_:])?__(rust|rdl|rg)_${name}$`);

/**
 * Methods of `Dlmalloc` of the crate dlmalloc, which is Rust's allocator where there is no C library. Where the functions of Rust's own were
 * inlined, they are what is left of it. Their names: as a linker demangles them, in the older mangling, and in the newer one.
 * @param path of the module in the crate
 */
function dlmalloc(path: readonly string[], method: string): RegExp {
  const sized = (name: string): string => `${name.length}${name}`;
  const [plain, mangled] = [path.join('::'), path.map(sized).join('')];
  return new RegExp(
    [
      `^${plain}::Dlmalloc<.*>::${method}(::h[0-9a-f]+)?$`,
      `^<${plain.replace('dlmalloc', 'dlmalloc(\\[[0-9a-f]+\\])?')}::Dlmalloc<.*>>::${method}$`,
      `^_ZN${mangled}17Dlmalloc\\$LT\\$A\\$GT\\$${sized(method)}17h`,
      `^_RNvM.*_${mangled}I.*8Dlmalloc.*E${sized(method)}[BC]`,
    ].join('|'),
  );
}

/** Such a method, with and without `&mut self` first: there is one `Dlmalloc`, and the compiler may know where. */
function rustMethod(
  role: AllocatorRole,
  names: RegExp,
  parameters: number,
  operands: Readonly<Partial<Record<'size' | 'block', number>>>,
): Known[] {
  return [0, 1].map(self => {
    const moved = Object.entries(operands).map(([operand, at]) => [operand, at + self]);
    return { ...known('rust', role, names, Object.fromEntries(moved)), parameters: parameters + self };
  });
}

/** What allocates. */
const DLMALLOC = ['dlmalloc', 'dlmalloc'];
/** What is around it, and takes alignments, too. */
const ALIGNED_DLMALLOC = ['dlmalloc'];

/** AssemblyScript: as exported, and as its library's files call it. */
const assemblyScript = (name: string): RegExp => new RegExp(`^(~lib/rt/(stub|tlsf|i?tcms)/)?__${name}$`);

const KNOWN: readonly Known[] = [
  known('malloc', 'allocate', libc('malloc'), { size: 0 }),
  known('malloc', 'allocate', libc('calloc'), { count: 0, size: 1 }),
  known('malloc', 'resize', libc('realloc'), { block: 0, size: 1 }),
  known('malloc', 'resize', ['emmalloc_realloc_try', 'emmalloc_realloc_uninitialized'], { block: 0, size: 1 }),
  known('malloc', 'resize', ['aligned_realloc'], { block: 0, size: 2 }),
  ...aligned('resize', ['emmalloc_aligned_realloc', 'emmalloc_aligned_realloc_uninitialized'], 1, 0),
  known('malloc', 'resize', ['reallocarray'], { block: 0, count: 1, size: 2 }),
  known('malloc', 'free', libc('free'), { block: 0 }),
  ...aligned('allocate', ['emmalloc_memalign'], 0, null),
  known('malloc', 'allocate', [...libc('memalign'), ...libc('aligned_alloc'), 'internal_memalign'], { size: 1 }),
  known('malloc', 'allocate', libc('posix_memalign'), { out: 0, size: 2 }),
  // `operator new` and `delete`, mangled or not: of one object or many, with all that may be added, but for a place that is given.
  known('c++', 'allocate', /^_Zn[wa][jm](?!Pv)|^operator new(\[\])?\((?![^)]*void ?\*)/, { size: 0 }),
  known('c++', 'free', /^_Zd[la]Pv(?!S_)|^operator delete(\[\])?\((?!void ?\*, void ?\*)/, { block: 0 }),
  known('rust', 'allocate', rust('alloc'), { size: 0 }),
  known('rust', 'allocate', rust('alloc_zeroed'), { size: 0 }),
  known('rust', 'resize', rust('realloc'), { block: 0, size: 3 }),
  known('rust', 'free', rust('dealloc'), { block: 0 }),
  ...rustMethod('allocate', dlmalloc(DLMALLOC, 'malloc'), 1, { size: 0 }),
  ...rustMethod('allocate', dlmalloc(DLMALLOC, 'memalign'), 2, { size: 1 }),
  ...rustMethod('resize', dlmalloc(DLMALLOC, 'realloc'), 2, { block: 0, size: 1 }),
  ...rustMethod('free', dlmalloc(DLMALLOC, 'free'), 1, { block: 0 }),
  ...rustMethod('allocate', dlmalloc(ALIGNED_DLMALLOC, 'malloc'), 2, { size: 0 }),
  ...rustMethod('allocate', dlmalloc(ALIGNED_DLMALLOC, 'calloc'), 2, { size: 0 }),
  ...rustMethod('resize', dlmalloc(ALIGNED_DLMALLOC, 'realloc'), 4, { block: 0, size: 3 }),
  ...rustMethod('free', dlmalloc(ALIGNED_DLMALLOC, 'free'), 3, { block: 0 }),
  known('wasm-bindgen', 'allocate', ['__wbindgen_malloc'], { size: 0 }),
  known('wasm-bindgen', 'resize', ['__wbindgen_realloc'], { block: 0, size: 2 }),
  known('wasm-bindgen', 'free', ['__wbindgen_free'], { block: 0 }),
  known('component', 'resize', ['cabi_realloc', 'canonical_abi_realloc'], { block: 0, size: 3 }),
  known('component', 'free', ['canonical_abi_free'], { block: 0 }),
  known('assemblyscript', 'allocate', assemblyScript('alloc'), { size: 0 }),
  known('assemblyscript', 'allocate', assemblyScript('new'), { size: 0 }),
  known('assemblyscript', 'allocate', ['~lib/memory/heap.alloc'], { size: 0 }),
  known('assemblyscript', 'resize', assemblyScript('(realloc|renew)'), { block: 0, size: 1 }),
  known('assemblyscript', 'resize', ['~lib/memory/heap.realloc'], { block: 0, size: 1 }),
  known('assemblyscript', 'free', assemblyScript('free'), { block: 0 }),
  known('assemblyscript', 'free', ['~lib/memory/heap.free'], { block: 0 }),
  known('assemblyscript', 'pin', assemblyScript('pin'), { block: 0 }),
  known('assemblyscript', 'unpin', assemblyScript('unpin'), { block: 0 }),
  known('assemblyscript', 'collect', assemblyScript('collect'), {}),
];

const BY_NAME: ReadonlyMap<string, readonly Known[]> = KNOWN.reduce((named, each) => {
  if (!(each.names instanceof RegExp))
    for (const name of each.names) named.set(name, [...(named.get(name) ?? []), each]);
  return named;
}, new Map<string, readonly Known[]>());
const BY_PATTERN = KNOWN.flatMap(each => (each.names instanceof RegExp ? [{ each, pattern: each.names }] : []));
/** What any name has that a pattern fits; most names are passed over by it. */
const MAY_FIT = /^_Z[nd]|^operator |__|dlmalloc/;

/** What a function of this name and type can be. */
function knownBy(name: string, type: FunctionType | null): Known | undefined {
  const byName = BY_NAME.get(name);
  if (byName) return byName.find(each => fits(each, type));
  if (!MAY_FIT.test(name)) return undefined;
  return BY_PATTERN.find(({ each, pattern }) => pattern.test(name) && fits(each, type))?.each;
}

/** Whether a function of this type can be it: it has the parameters, and gives back an address where it has to. */
function fits(
  { role, operands, parameters = null }: Pick<Known, 'role' | 'operands'> & Partial<Pick<Known, 'parameters'>>,
  type: FunctionType | null,
): boolean {
  if (!type || (parameters !== null && type.params.length !== parameters)) return false;
  const { size, count, block, out } = operands;
  const isNumber = (index: number | null): boolean =>
    index === null || type.params[index] === 'i32' || type.params[index] === 'i64';
  const givesBlock = (role === 'allocate' || role === 'resize') && out === null;
  return [size, count, block, out].every(isNumber) && (!givesBlock || type.results.length === 1);
}

export interface Allocators {
  readonly functions: readonly AllocatorFunction[];
  /** See `ModuleClaims`. */
  readonly code: readonly number[];
}

/** Each function once: by its export, else as an import, else by its name in the name section, else, where no function has one, by its code. */
export function findAllocators(
  module: Module,
  functionNames: ReadonlyMap<number, string> = readNames(module, 'function'),
): Allocators {
  const found = new Map<number, AllocatorFunction>();
  const declared = new Map(
    module.allocators.flatMap(text => {
      const each = readAllocator(text);
      return each ? [[each.name, { ...each, family: 'declared' as const }]] : [];
    }),
  );
  const add = (index: number, name: string, by: AllocatorFunction['by']): void => {
    if (found.has(index)) return;
    const type = module.functions[index] ?? null;
    const named = declared.get(name);
    const match = named ? fits(named, type) && named : knownBy(name, type);
    if (!match) return;
    const { family, role, operands } = match;
    found.set(index, { family, role, name, function: index, by, operands });
  };
  for (const { kind, name, index } of module.exports) if (kind === 'function') add(index, name, 'export');
  let imported = 0;
  for (const { kind, name } of module.imports) if (kind === 'function') add(imported++, name, 'import');
  for (const [index, name] of functionNames) add(index, name, index < imported ? 'import' : 'name');
  const byCode = functionNames.size === 0 ? findDlmalloc(module) : null;
  for (const { function: index, name } of byCode?.functions ?? []) add(index, name, 'code');
  return { functions: [...found.values()].sort((a, b) => a.function - b.function), code: byCode?.code ?? [] };
}

/** Of the functions that the user named, the texts of those that no module has. @param modules with the same ones named */
export function unmetAllocators(modules: readonly Module[]): string[] {
  const named = modules[0]?.allocators ?? [];
  if (named.length === 0) return [];
  const met = new Set(modules.flatMap(module => findAllocators(module).functions.flatMap(nameOfDeclared)));
  return named.filter(text => !met.has(readAllocator(text)?.name ?? text));
}

const nameOfDeclared = ({ family, name }: AllocatorFunction): string[] => (family === 'declared' ? [name] : []);
