// Does not prove that the versions asked for exist or work together: the rooms built in other tests do.
import { describe, expect, it } from 'vitest';
import { findVersion, isAtLeast } from './versions.mjs';

describe('findVersion', () => {
  it.each([
    ['v24.21.0', '24.21.0'],
    ['3.259.0\n', '3.259.0'],
    ['go version go1.26.8 linux/amd64', '1.26.8'],
    ['go version go1.21 linux/amd64', '1.21.0'],
    ['v3.260.0-alpha.x1a2b3c', '3.260.0'],
    ['pulumi: command not found', undefined],
    ['', undefined],
  ])('finds in %j %j', (text, version) => {
    expect(findVersion(text)).toBe(version);
  });
});

describe('isAtLeast', () => {
  it.each([
    ['22.18.0', '22.18.0', true],
    ['22.9.0', '22.18.0', false],
    ['24.0.0', '22.18.0', true],
    ['20.99.99', '22.18.0', false],
    ['3.259.1', '3.259.0', true],
    ['3.258.9', '3.259.0', false],
  ])('%s ≥ %s: %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});
