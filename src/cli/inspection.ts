// What `inspect` prints of modules: lines, or a document that schemas/inspect.schema.json describes.
import type { InspectedMemory, Inspection, KindCounts } from '../engine/client.ts';
import { type ClaimOverlap, type ClaimPlace, overlaps } from '../protocol/claimOverlaps.ts';
import type { Claim } from '../protocol/claims.ts';
import {
  allocatorTexts,
  becauseText,
  claimKindText,
  claimText,
  instanceStateTexts,
  lateTexts,
  rangeText,
  stackPointerText,
  toolchainText,
} from '../protocol/claimTexts.ts';
import { separate } from '../protocol/separation.ts';
import { commandLines, roomText, separatedText, separationText } from '../protocol/separationTexts.ts';
import { count } from '../protocol/text.ts';

export interface InspectedFile {
  /** As the user named it. */
  readonly file: string;
  readonly inspection: Inspection;
}

const overlapsOf = (files: readonly InspectedFile[]): ClaimOverlap[] =>
  overlaps(files.map(({ inspection: { sha256, claims } }) => ({ module: sha256, claims })));

/** What separates modules that overlap, one a module: instances of one module can't be separated so. Empty where nothing overlaps. */
function separationOf(files: readonly InspectedFile[]) {
  const distinct = files.filter(
    ({ inspection }, index) => files.findIndex(each => each.inspection.sha256 === inspection.sha256) === index,
  );
  if (distinct.length < 2 || overlapsOf(distinct).length === 0) return [];
  return separate(distinct.map(({ inspection }) => inspection)).map((separated, index) => {
    const { file } = distinct[index];
    const { placement } = separated;
    return { file, ...separated, commands: placement.kind === 'moves' ? commandLines(placement.by) : [] };
  });
}

export function inspectionDocument(files: readonly InspectedFile[]) {
  return {
    modules: files.map(({ file, inspection }) => ({ file, ...inspection })),
    overlaps: overlapsOf(files),
    separation: separationOf(files),
  };
}

function separationLines(files: readonly InspectedFile[]): string[] {
  const separation = separationOf(files);
  if (separation.length === 0) return [];
  const room = roomText(separation);
  return [
    '',
    separationText(separation),
    ...separation.flatMap(({ file, commands, ...separated }) => [
      `  ${separatedText(separated, file)}`,
      ...commands.map(({ text }) => `    ${text}`),
    ]),
    ...(room === null ? [] : [`  ${room}`]),
  ];
}

export function inspectionLines(files: readonly InspectedFile[]): string[] {
  const modules = files.flatMap(({ file, inspection }) => [...moduleLines(file, inspection), '']);
  if (files.length === 1) return modules.slice(0, -1);
  const found = overlapsOf(files).map(overlap => overlapText(overlap, files));
  return [
    ...modules,
    ...(found.length > 0 ? found : ['No claims overlap.']),
    ...files.flatMap(notCompared),
    ...separationLines(files),
  ];
}

/** Claims that no place is known of can't be compared. */
function notCompared({ file, inspection: { claims } }: InspectedFile): string[] {
  const bases = new Set(claims.flatMap(({ relativeTo }) => (relativeTo === null ? [] : [relativeTo])));
  return [...bases].map(
    base => `${file}: what it claims from ${base} on is not compared, since its loader says where that is.`,
  );
}

/** Width of the column of labels. */
const LABELS = 17;

/** Text with its label before the first line. */
const labelled = (label: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABELS)}${line}`.trimEnd());

function moduleLines(file: string, inspection: Inspection): string[] {
  const { bytes, toolchain, memories, imports, exports, claims, start } = inspection;
  const tools = toolchainText(toolchain);
  return [
    `${file}: ${count(bytes, 'byte')}${tools === '' ? '' : `, ${tools}`}`,
    ...labelled('memory', memories.length > 0 ? memories.map(memoryText) : ['none']),
    ...labelled(
      'imports',
      imports.length > 0 ? imports.map(each => `${each.module}: ${countsText(each.counts)}`) : ['none'],
    ),
    ...labelled('exports', [countsText(exports)]),
    ...labelled('claims', claims.length > 0 ? claimLines(claims) : ['none']),
    ...labelled('stack pointer', [stackPointerText(inspection.stackPointer)]),
    ...labelled('allocators', allocatorTexts(inspection.allocators)),
    ...labelled('each instance', instanceStateTexts(inspection)),
    ...labelled('start function', start ? [start.name] : []),
    ...labelled('a late instance', memories.length > 0 ? lateTexts(inspection.late) : []),
  ];
}

function memoryText({
  importedAs,
  exportedAs,
  minimum,
  maximum,
  shared,
  is64,
  customPageSize,
}: InspectedMemory): string {
  const pages = maximum === null ? `${count(minimum, 'page')} or more` : `${minimum} to ${count(maximum, 'page')}`;
  return [
    importedAs === null ? 'defined' : `imported as ${importedAs}`,
    ...(exportedAs.length > 0 ? [`exported as ${exportedAs.join(' and ')}`] : []),
    maximum === minimum ? count(minimum, 'page') : pages,
    ...(shared ? ['shared'] : []),
    ...(is64 ? ['64-bit addresses'] : []),
    ...(customPageSize ? ['a page size of its own'] : []),
  ].join(', ');
}

const NO_COUNTS = 'none';

/** `3 functions, 1 memory`. */
function countsText(counts: KindCounts): string {
  const texts = Object.entries(counts).map(([kind, number]) =>
    kind === 'memory' && number > 1 ? `${number} memories` : count(number, kind),
  );
  return texts.length > 0 ? texts.join(', ') : NO_COUNTS;
}

/** One line a claim, in columns, and below it why it is a guess. */
function claimLines(claims: readonly Claim[]): string[] {
  const rows = claims.map(claim => ({
    because: claim.because,
    cells: [
      claimKindText(claim.kind),
      rangeText(claim),
      claim.end === null ? '' : String(claim.end - claim.start),
      claim.name ?? '',
    ] as const,
  }));
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map(({ cells }) => cells[column].length));
  return rows.flatMap(({ cells: [kind, range, size, name], because }) => [
    `${kind.padEnd(width(0))}  ${range.padEnd(width(1))}  ${size.padStart(width(2))}  ${name}`,
    ...(because.length > 0
      ? [`${' '.repeat(width(0))}  guess: because ${because.map(becauseText).join(', and ')}`]
      : []),
  ]);
}

function overlapText(overlap: ClaimOverlap, files: readonly InspectedFile[]): string {
  switch (overlap.kind) {
    case 'same-module': {
      const names = overlap.claimants.map(index => files[index].file);
      return `${names.join(' and ')} are one module: all that they claim overlaps.`;
    }
    case 'claims': {
      const text = ({ claimant, claim }: ClaimPlace): string => {
        const { file, inspection } = files[claimant];
        const each = inspection.claims[claim];
        return `${file} ${claimText(each)} ${rangeText(each)}`;
      };
      return `${text(overlap.first)} overlaps ${text(overlap.second)}.`;
    }
  }
}
