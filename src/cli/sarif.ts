// Findings as SARIF 2.1.0 (OASIS standard, 27 March 2020), which code scanning takes: a result each, at the instruction that did it.
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import type { SiteView } from '../protocol/access.ts';
import { type Finding, type FindingKind, severityOf } from '../protocol/finding.ts';
import { FINDING_TITLES, findingWords } from '../protocol/findingWords.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { isAccess } from './findings.ts';
import { writeWhole } from './output.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * Writes the file that the command line asks for, if it does.
 * @throws CommandError
 */
export async function writeSarif(
  { sarif, files }: { readonly sarif: string | null; readonly files: readonly string[] },
  findings: readonly Finding[],
  names: InstanceNames,
): Promise<void> {
  if (sarif === null) return;
  await writeWhole(sarif, `${JSON.stringify(sarifDocument(files, findings, names), null, 2)}\n`);
}

/**
 * The log of one run.
 * @param files of the modules, or the recording: as the user gave them, by the index of the module; the last one stands for all behind it
 */
export function sarifDocument(files: readonly string[], findings: readonly Finding[], names: InstanceNames): object {
  const kinds = [...new Set(findings.map(({ kind }) => kind))].sort();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'wasm-shared-memory',
            semanticVersion: version,
            rules: kinds.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(finding => resultOf(finding, kinds.indexOf(finding.kind), files, names)),
      },
    ],
  };
}

const ruleOf = (kind: FindingKind) => ({
  id: kind,
  shortDescription: { text: `${FINDING_TITLES[kind]}.` },
});

function resultOf(finding: Finding, ruleIndex: number, files: readonly string[], names: InstanceNames): object {
  const { title, happened, remedies } = findingWords(finding, names);
  const site = siteOf(finding);
  return {
    ruleId: finding.kind,
    ruleIndex,
    level: severityOf(finding), // the names are the same
    message: { text: `${title}. ${happened} What to do: ${remedies.join(' Or: ')}` },
    locations: [locationOf(files, site)],
    occurrenceCount: finding.count,
    properties: { step: finding.step, call: finding.call, instances: finding.instances, range: finding.range },
  };
}

function locationOf(files: readonly string[], site: SiteView | null): object {
  const file = files[site?.module ?? 0] ?? files.at(-1) ?? '';
  const artifactLocation = { uri: uriOf(file) };
  if (!site) return { physicalLocation: { artifactLocation } };
  // The byte of the instruction in the file: WebAssembly has no lines.
  const region = { byteOffset: site.offset, byteLength: 1 };
  const logicalLocations = [{ name: site.function, kind: 'function' }];
  return { physicalLocation: { artifactLocation, region }, logicalLocations };
}

/** Paths below the working folder stay relative, as code scanning wants them. */
function uriOf(file: string): string {
  const isRelative = !/^([a-zA-Z]:)?[\\/]/.test(file) && !file.startsWith('..');
  return isRelative ? file.split(/[\\/]/).map(encodeURIComponent).join('/') : pathToFileURL(file).href;
}

/** The instruction that a finding is about; null where it is about none. */
function siteOf({ details }: Finding): SiteView | null {
  for (const part of Object.values<unknown>(details)) if (isAccess(part) && part.site) return part.site;
  return null;
}
