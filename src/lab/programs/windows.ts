/** Programs that are a window to look at: on a command line in session 0 they say nothing. And 7-Zip, which also has one to type at. */
import { z } from 'zod';
import { atOnce, exit, lines } from './exit.ts';

export const window = atOnce(() => exit(0));

const facts = z.looseObject({ version: z.string() });

/** `7z i` lists the formats that it can read; anything else is not modelled and is a command line error (7, in its manual). */
export const sevenZip = atOnce(({ facts: own, args }) => {
  const head = ['', `7-Zip ${facts.parse(own).version} (x64) : Copyright (c) 1999-2018 Igor Pavlov`, ''];
  if (args[0] === 'i') return exit(0, lines(...head, 'Formats:', ' 0 CEK  7z  7z  7z BCAF271C'));
  return exit(7, lines(...head), lines('Command Line Error:'));
});
