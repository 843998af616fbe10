/** Chrome itself, as far as a command line and its driver can see it, and the setup.exe that stays behind to remove it. */
import { z } from 'zod';
import { effects } from '../packages/format.ts';
import type { Machine, Program } from '../pc/machine.ts';
import { removeEffects } from './effects.ts';
import { atOnce, exit } from './exit.ts';
import { compareVersions, majorOf } from './versions.ts';

const chromeFacts = z.object({ program: z.literal('chrome'), version: z.string() });

/** @returns the version that would start from this path; undefined when there is no Chrome, or a damaged one */
export function startableChrome(machine: Machine, path: string): string | undefined {
  const content = machine.files.read(path)?.content;
  const facts = content && executable(content);
  if (!facts) return undefined;
  // chrome.exe only loads the chrome.dll of its own version; and 109 is the last one for Windows 7.
  const library = `${path.slice(0, path.lastIndexOf('\\'))}\\${facts.version}\\chrome.dll`;
  const supported = majorOf(facts.version) <= 109 || compareVersions(machine.os.version, '10.0.0') >= 0;
  return machine.files.read(library) && supported ? facts.version : undefined;
}

function executable(content: Buffer): z.infer<typeof chromeFacts> | undefined {
  try {
    return chromeFacts.parse(JSON.parse(content.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** A program with windows: in session 0 it prints nothing, `--version` included. Sessions are the driver's business (webdriver.ts). */
export const chrome = atOnce(({ machine, exe }) => exit(startableChrome(machine, exe) === undefined ? 1 : 0));

const setupFacts = z.looseObject({ removes: effects });
/** chrome/installer/util/util_constants.h: setup.exe reports a removal with codes of its own. */
const setupCodes = { uninstalled: 19, cancelled: 21, invalidArguments: 10 };

export const chromeSetup: Program = async ({ machine, facts, args, exe }) => {
  if (!args.includes('--uninstall')) return exit(setupCodes.invalidArguments);
  // Without --force-uninstall a dialog asks, and nobody sees it.
  if (!args.includes('--force-uninstall')) return exit(setupCodes.cancelled);
  await machine.takes('msi.install');
  machine.files.delete(exe);
  removeEffects(machine, setupFacts.parse(facts).removes);
  return exit(setupCodes.uninstalled);
};
