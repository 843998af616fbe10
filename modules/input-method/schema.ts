/** The input methods of a candidate PC, of every account that candidates may use. */
import { z } from 'zod';
import { kinds } from './known.ts';

export const inputMethodDesired = z.strictObject({
  advertising: z.enum(['by-hand', 'uninstall']).meta({
    description:
      'what happens to one that shows advertising; uninstall: it is taken off, and nothing can bring it back but its installer',
  }),
  accepted: z
    .array(
      z.strictObject({
        name: z.string().min(1).meta({ description: 'part of what it calls itself' }),
        kinds: z.array(z.enum(kinds)).default([]).meta({ description: 'what it is for, where its name does not say' }),
      }),
    )
    .meta({ description: 'input methods of others of which the site says that they show no advertising' }),
  except: z.array(z.string()).meta({ description: 'accounts that no candidate uses' }),
});
export type InputMethodDesired = z.infer<typeof inputMethodDesired>;

const methodId = z.string().meta({ description: '`0804:{service}{profile}` or `0409:00000409`, lower case' });

export const account = z.strictObject({
  name: z.string().meta({ description: 'name of the account' }),
  sid: z.string().meta({ description: 'its security identifier, by which its hive goes' }),
  loggedOn: z.boolean().meta({ description: 'its hive is loaded: what is changed counts from the next logon on' }),
  methods: z.array(methodId).meta({ description: 'what it can choose from, in its order' }),
});
export type Account = z.infer<typeof account>;

export const registered = z.strictObject({
  id: methodId,
  text: z.string().meta({ description: 'its description and files, as registered' }),
});
export type Registered = z.infer<typeof registered>;

export const program = z.strictObject({
  name: z.string().meta({ description: 'as in the list of programs' }),
  uninstall: z.string().nullable().meta({ description: 'command line as registered' }),
  quietUninstall: z.string().nullable().meta({ description: 'the same for one that asks nothing' }),
});
export type Program = z.infer<typeof program>;

export const inputMethodActual = z.strictObject({
  list: z.enum(['language-list', 'preload']).meta({
    description: 'where accounts keep their choice: the language list of Windows 8 and later, or what Windows 7 has',
  }),
  accounts: z.array(account).meta({ description: 'accounts of people that have a profile and are not disabled' }),
  registered: z.array(registered).meta({ description: 'Chinese input methods that the PC has, for all accounts' }),
  programs: z.array(program).meta({ description: 'programs in the list that are such an input method' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
export type InputMethodActual = z.infer<typeof inputMethodActual>;
