/** From a list as it is handed out to entries, each with the place it came from. */
import { parseEntry, type Entry, type EntryFault } from './entry.ts';

/** One cell of a spreadsheet, or one line of a text. */
export interface Cell {
  /** `whitelist.txt line 4`, `whitelist.xlsx row 4 column B`. */
  readonly where: string;
  readonly text: string;
}
export interface Found {
  readonly where: string;
  /** As it is written. */
  readonly text: string;
  readonly entry: Entry;
}
export interface Refused {
  readonly where: string;
  readonly text: string;
  readonly fault: EntryFault;
}

/** Lists separate by spaces, commas and their Chinese forms, and CSV adds quotes; none of these can be part of an entry. */
const separators = /[\s,，;；、"“”]+/;
/** Looks meant as an entry: has what only addresses have. Anything else beside an entry is a remark, `12` and `3.` a number of the list. */
const meant = (part: string): boolean => /[./*:。]/.test(part) && !/^\(?\d+[.)]$/.test(part);
const comment = /^\s*(?:#|\/\/|;|；)/;

/** Every entry of a cell, and every part that is meant as one and is none. A comment, a heading, a remark is neither. */
export function readCell({ where, text }: Cell): { found: Found[]; refused: Refused[] } {
  if (comment.test(text)) return { found: [], refused: [] };
  const parts = text.split(separators).filter((part) => part !== '');
  const tokens = parts.filter((part) => meant(part.normalize('NFKC')));
  const parsed = tokens.map((part) => ({ part, result: parseEntry(part) }));
  return {
    found: parsed.flatMap(({ part, result }) =>
      'entry' in result ? [{ where, text: part, entry: result.entry }] : [],
    ),
    refused: parsed.flatMap(({ part, result }) =>
      'fault' in result ? [{ where, text: part, fault: result.fault }] : [],
    ),
  };
}
