/** An error of a person's command or settings. It has no stack: the engine's Node server prints one where there is one. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(message: string) {
    super(message);
    this.stack = '';
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @returns a function that replaces every one of these texts. Longest first: one secret may be part of another. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // An empty text is in every text, and a secret of one letter cannot be kept by hiding that letter everywhere.
  const hidden = [...new Set(secrets)].filter(({ length }) => length > 1).toSorted((a, b) => b.length - a.length);
  return (text) => hidden.reduce((shown, one) => shown.replaceAll(one, '***'), text);
}
