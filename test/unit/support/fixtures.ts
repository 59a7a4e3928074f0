// The committed guests of test/guests, and the built files that unit tests run.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSections, SECTION } from '../../../src/wasm/module.ts';
import { type Expectation, type Fixture, fixtures } from '../../guests/index.ts';
import type { Bytes } from './bytes.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const GUESTS = join(ROOT, 'test', 'guests');
/** Folder of the built worker scripts; `npm test` builds them first. */
export const WORKERS = join(ROOT, 'dist');
export const CLI = join(ROOT, 'dist', 'cli.js');

/** Reads a guest by its name in test/guests, for example `demo/wat`. */
export const readGuest = (name: string): Bytes => new Uint8Array(readFileSync(join(GUESTS, `${name}.wasm`)));

/** A module without its custom sections, of which the names are one. */
export function withoutNames(bytes: Uint8Array): Bytes {
  const kept = readSections(bytes).filter(({ id }) => id !== SECTION.custom);
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, 8), ...kept.map(({ start, end }) => bytes.subarray(start, end))]),
  );
}

export const demoNames: readonly string[] = readdirSync(join(GUESTS, 'demo'))
  .filter(file => file.endsWith('.wasm'))
  .map(file => `demo/${file.slice(0, -'.wasm'.length)}`);

type Kind = Expectation['kind'];
export type FixtureOf<K extends Kind> = Fixture & { readonly expectation: Extract<Expectation, { readonly kind: K }> };

/** The fixtures that must end in a given way. */
export function fixturesThat<K extends Kind>(kind: K): readonly FixtureOf<K>[] {
  return fixtures.filter((fixture): fixture is FixtureOf<K> => fixture.expectation.kind === kind);
}

/** What a test calls a fixture. */
export const title = ({ name, instances }: Fixture): string => `${name} (${instances})`;
