/** What a command may do to the terminal. Commands print through it and nothing else, so tests can read what a person would see. */
import type { Home } from '../core/home.ts';
import type { Lang } from '../core/finding.ts';

export interface Io {
  readonly home: Home;
  readonly lang: Lang;
  /** `--json`: stdout carries one JSON value and nothing else. */
  readonly json: boolean;
  /** The command's result for a person, on stdout; silent with `--json`. */
  print(text: string): void;
  /** Progress and remarks, on stderr. */
  note(text: string): void;
  /** The command's result for a program; silent without `--json`. */
  result(value: unknown): void;
}
